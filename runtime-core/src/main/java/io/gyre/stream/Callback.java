package io.gyre.stream;

import org.jspecify.annotations.Nullable;

/**
 * Told once, on the loop's thread, how a step of a stream went.
 *
 * <p>A step that is handed one must call it exactly once, with the error or with null, before it returns or later.
 */
@FunctionalInterface
public interface Callback {

    /**
     * Reports the outcome.
     *
     * @param error what went wrong; null on success
     */
    void call(@Nullable Throwable error);

    /** Reports success. */
    default void done() {
        call(null);
    }
}
