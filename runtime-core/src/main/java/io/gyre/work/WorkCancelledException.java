package io.gyre.work;

import java.util.concurrent.CancellationException;

/** A job was cancelled before a worker began it. */
public final class WorkCancelledException extends CancellationException {

    private static final long serialVersionUID = 1L;

    WorkCancelledException(String job) {
        super("ECANCELED: operation canceled, " + job);
    }

    /**
     * Returns the code that Node gives to it.
     *
     * @return {@code ECANCELED}
     */
    public String code() {
        return "ECANCELED";
    }
}
