package io.gyre.loop;

/**
 * The poll phase's way to wait for events and to run their callbacks: the second seam, beside {@link Ticker}, through
 * which a loop meets the outside world. Production loops use Netty's I/O handlers; tests script it.
 *
 * <p>All methods but {@link #wakeup} are called on the loop's thread.
 */
public interface Poller extends AutoCloseable {

    /**
     * Runs the callbacks of what is ready, and waits for it first if nothing is.
     *
     * @param timeoutNanos the longest wait in nanoseconds; 0 not to wait at all, -1 to wait until something happens
     * @return how many events were handled; 0 says nothing of why it returned
     */
    int poll(long timeoutNanos);

    /** Ends a wait that is under way, or the next one. From any thread; never blocks. */
    void wakeup();

    /** Releases what this poller holds and closes what is registered with it. */
    @Override
    void close();

    /** What a poller may ask of its loop. */
    interface Context {

        /**
         * Tells whether the loop still wants to sleep. A poller asks immediately before it blocks, after it has made
         * itself reachable for {@link Poller#wakeup}; a no means that work was posted in the meantime.
         *
         * @return whether blocking is right
         */
        boolean mayBlock();

        /**
         * Counts the requests that are under way: work whose end comes from another thread or from the system. While
         * there are any, a virtual clock must not run ahead.
         *
         * @return active requests
         */
        int activeRequests();

        /**
         * Counts the timers that keep the loop alive. All tasks that are scheduled with Netty's view count as one.
         *
         * @return timers that are set and ref'd
         */
        int activeTimers();

        /**
         * Returns the loop.
         *
         * @return the loop that polls
         */
        EventLoop loop();
    }

    /** Makes the poller of a loop. */
    @FunctionalInterface
    interface Factory {

        /**
         * Makes a poller.
         *
         * @param context what it may ask of its loop
         * @return a new poller, closed by its loop
         */
        Poller create(Context context);
    }
}
