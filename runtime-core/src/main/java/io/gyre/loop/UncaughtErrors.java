package io.gyre.loop;

/** What happens to an error that leaves a callback while no {@code uncaughtException} handler is set. */
public enum UncaughtErrors {
    /** The error is reported and the loop ends with exit code 1, as Node does. */
    EXIT,
    /** The error is logged and the loop goes on: for loops embedded in a service. */
    LOG
}
