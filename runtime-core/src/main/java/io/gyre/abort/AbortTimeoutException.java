package io.gyre.abort;

/** The reason of a signal that aborted because its time was up (the Web's {@code TimeoutError}). */
public final class AbortTimeoutException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    AbortTimeoutException() {
        super("The operation was aborted due to timeout");
    }
}
