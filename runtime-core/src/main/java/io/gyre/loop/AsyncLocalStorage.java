package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * A value that follows the callbacks that were scheduled while it was set, as {@code AsyncLocalStorage} does in Node.
 *
 * <p>Belongs to no loop; its value is read and set on a loop's thread. Ticks, microtasks, promise reactions, timers,
 * immediates, posts from the loop's own thread, watchers and I/O handles all carry the value that was set where they
 * were scheduled or opened.
 *
 * @param <T> the type of the value
 */
public final class AsyncLocalStorage<T> {

    private final String name;

    /**
     * Creates a storage with nothing in it.
     *
     * @param name what to call it in {@link #toString}
     */
    public AsyncLocalStorage(String name) {
        this.name = name;
    }

    /**
     * Returns the value of the running callback.
     *
     * @return the value, or null where none is set
     */
    @SuppressWarnings("unchecked")
    public @Nullable T getStore() {
        EventLoop loop = EventLoop.currentOrNull();
        return loop == null ? null : (T) loop.frame.get(this);
    }

    /**
     * Runs a task with the value set; what the task schedules keeps the value, what follows this call does not.
     *
     * @param value the value; null to run without one
     * @param task what to run; what it throws is passed on
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public void run(@Nullable T value, Runnable task) {
        EventLoop loop = EventLoop.current();
        loop.captureFrame().with(this, value).run(loop, task);
    }

    /**
     * Sets the value for the rest of the running callback and for what it schedules from here on.
     *
     * @param value the value; null to clear it
     * @throws IllegalStateException if the calling thread runs no loop
     */
    public void enterWith(@Nullable T value) {
        EventLoop loop = EventLoop.current();
        loop.enterFrame(loop.captureFrame().with(this, value));
    }

    @Override
    public String toString() {
        return "AsyncLocalStorage(" + name + ")";
    }
}
