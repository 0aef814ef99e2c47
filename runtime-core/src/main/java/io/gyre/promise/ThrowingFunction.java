package io.gyre.promise;

import org.jspecify.annotations.Nullable;

/**
 * A handler that makes one value from another. What it throws, checked or not, rejects the promise that it is to
 * fulfill.
 *
 * @param <T> what it is given
 * @param <R> what it returns
 */
@FunctionalInterface
public interface ThrowingFunction<T extends @Nullable Object, R extends @Nullable Object> {

    /**
     * Handles a value.
     *
     * @param value what a promise settled with
     * @return what the next promise is fulfilled with
     * @throws Exception to reject the next promise
     */
    R apply(T value) throws Exception;
}
