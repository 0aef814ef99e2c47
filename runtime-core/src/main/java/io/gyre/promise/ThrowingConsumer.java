package io.gyre.promise;

import org.jspecify.annotations.Nullable;

/**
 * A handler that takes a value and makes none. What it throws, checked or not, rejects the promise that follows it.
 *
 * @param <T> what it is given
 */
@FunctionalInterface
public interface ThrowingConsumer<T extends @Nullable Object> {

    /**
     * Handles a value.
     *
     * @param value what a promise settled with
     * @throws Exception to reject the next promise
     */
    void accept(T value) throws Exception;
}
