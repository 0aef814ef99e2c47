package io.gyre.loop;

/** What the loop does when nothing keeps it alive and its {@linkplain MainTask main task} has not settled. */
public enum UnsettledMain {
    /**
     * Waits for a post from another thread, as {@code runBlocking} does. What the main task waits for may live outside
     * of the loop. The wait is announced once, with what the main task says of itself, when nothing has come for a tenth of
     * a second.
     */
    WAIT,
    /** Ends with exit code 13, as Node does for an unsettled top-level await. */
    EXIT
}
