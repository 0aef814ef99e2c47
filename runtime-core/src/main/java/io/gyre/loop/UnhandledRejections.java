package io.gyre.loop;

/** What happens to a failed promise that nobody listens to: Node's {@code --unhandled-rejections} modes. */
public enum UnhandledRejections {
    /** Handlers of {@code unhandledRejection} are called; without one the reason is raised as an uncaught error. */
    THROW,
    /** Handlers are called, and a warning is logged in any case; the loop goes on. */
    WARN,
    /** Handlers are called; without one nothing happens. */
    NONE
}
