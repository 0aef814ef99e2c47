package io.gyre.loop;

/** Takes errors that left a callback. Runs on the loop's thread, in place of the callback's end. */
@FunctionalInterface
public interface UncaughtExceptionHandler {

    /**
     * Handles one error; the loop goes on afterwards. If the handler itself throws, the loop ends with exit code 7.
     *
     * @param error what left the callback
     * @param origin where it came from
     */
    void handle(Throwable error, Origin origin);

    /** Where an uncaught error came from. */
    enum Origin {
        /** A callback threw it. */
        UNCAUGHT_EXCEPTION,
        /** A promise was rejected with it and nobody listened. */
        UNHANDLED_REJECTION
    }
}
