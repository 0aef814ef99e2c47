package io.gyre.stream;

import org.jspecify.annotations.Nullable;

/**
 * Told once, on the loop's thread, that a chunk is transformed, and perhaps into what.
 *
 * @param <O> the type of the chunks that come out
 */
@FunctionalInterface
public interface TransformCallback<O> extends Callback {

    /**
     * Reports the outcome.
     *
     * @param error what went wrong; null on success
     * @param chunk pushed on success; null for none, or none more
     */
    void call(@Nullable Throwable error, @Nullable O chunk);

    @Override
    default void call(@Nullable Throwable error) {
        call(error, null);
    }

    /**
     * Reports success, with a last chunk.
     *
     * @param chunk pushed
     */
    default void done(O chunk) {
        call(null, chunk);
    }
}
