package io.gyre.loop;

/**
 * The loop's only source of time.
 *
 * <p>Timers, poll timeouts, Netty's scheduled tasks, coroutine delays and Reactor delays all read the ticker of their
 * loop, so a test that scripts it scripts them all. May be read from any thread.
 */
@FunctionalInterface
public interface Ticker {

    /**
     * Returns a monotonic time.
     *
     * @return nanoseconds since an arbitrary origin; never decreases
     */
    long nanoTime();

    /**
     * The system's monotonic clock.
     *
     * @return the ticker that production loops use
     */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }
}
