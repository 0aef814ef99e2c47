package io.gyre.loop;

/**
 * Where the loop is in its turn, in the order of one turn (libuv's {@code uv_run}, 1.45 and later).
 *
 * @see EventLoop#phase()
 */
public enum Phase {
    /** The main program runs, or the loop has not begun its first turn. */
    MAIN,
    /** Callbacks of operations whose failure was put off to the next turn. */
    PENDING,
    /** Idle watchers. */
    IDLE,
    /** Prepare watchers, just before the loop may sleep. */
    PREPARE,
    /** I/O callbacks, pool completions and work posted from other threads; the only phase that may block. */
    POLL,
    /** Check watchers and immediates. */
    CHECK,
    /** Close callbacks. */
    CLOSING,
    /** Timers that are due. */
    TIMERS,
    /** The loop has ended. */
    CLOSED
}
