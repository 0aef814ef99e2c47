package io.gyre.promise;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Something that settles later and tells: what a {@link Promise} can adopt. Implement it to let results of another kind
 * take part in chains.
 *
 * <p>Called, and calls back, on the loop's thread. One of the two callbacks is called, once; the adopting promise
 * ignores every call after the first.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface Thenable<T extends @Nullable Object> {

    /**
     * Asks to be told how this settles.
     *
     * @param onFulfilled given the value
     * @param onRejected given the reason
     */
    void await(Consumer<? super T> onFulfilled, Consumer<? super Throwable> onRejected);
}
