package io.gyre.abort;

import org.jspecify.annotations.Nullable;

/** An operation was given up by its user (Node's {@code AbortError}). The cause is the reason of the signal, if any. */
public final class AbortException extends RuntimeException {

    /** The code of every such error. */
    public static final String CODE = "ABORT_ERR";

    private static final long serialVersionUID = 1L;

    /** Makes an error without a cause, with the usual message. */
    public AbortException() {
        this("The operation was aborted", null);
    }

    /**
     * Makes an error with the usual message.
     *
     * @param reason why it was given up: {@link AbortSignal#reason}, or null
     */
    public AbortException(@Nullable Throwable reason) {
        this("The operation was aborted", reason);
    }

    /**
     * Makes an error.
     *
     * @param message what was given up
     * @param reason why, or null
     */
    public AbortException(String message, @Nullable Throwable reason) {
        super(message, reason);
    }

    /**
     * Returns Node's code for it.
     *
     * @return {@link #CODE}
     */
    public String code() {
        return CODE;
    }
}
