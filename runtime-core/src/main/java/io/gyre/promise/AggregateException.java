package io.gyre.promise;

import java.util.List;

/**
 * The reason of a promise made by {@link Promise#any} when every candidate was rejected (ECMAScript's
 * {@code AggregateError}). The single reasons are also suppressed exceptions of this one, so a stack trace shows them.
 */
public final class AggregateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // an unmodifiable list of List.copyOf, which is serializable
    private final List<Throwable> errors;

    AggregateException(List<? extends Throwable> errors) {
        super(errors.isEmpty() ? "no promise was given" : "all " + errors.size() + " promises were rejected");
        this.errors = List.copyOf(errors);
        this.errors.forEach(this::addSuppressed);
    }

    /**
     * Returns why each candidate failed.
     *
     * @return the reasons, in the order the candidates were given
     */
    public List<Throwable> errors() {
        return errors;
    }
}
