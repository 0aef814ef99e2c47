package io.gyre.promise;

import org.jspecify.annotations.Nullable;

/**
 * How a promise has settled: what {@link Promise#allSettled} collects. Immutable.
 *
 * @param <T> the type of the value
 */
public sealed interface Settled<T extends @Nullable Object> {

    /**
     * Settled with a value.
     *
     * @param value the value
     * @param <T> the type of the value
     */
    record Fulfilled<T extends @Nullable Object>(T value) implements Settled<T> {}

    /**
     * Failed.
     *
     * @param reason why
     * @param <T> the type of the value that did not come
     */
    record Rejected<T extends @Nullable Object>(Throwable reason) implements Settled<T> {}
}
