package io.gyre.work;

import org.jspecify.annotations.Nullable;

/**
 * Told how a job went. Exactly one of the two methods is called, once.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface WorkCompletion<T extends @Nullable Object> {

    /**
     * The job is over. On the loop's thread, in the poll phase.
     *
     * @param error what it threw, or a {@link WorkCancelledException}; null if it returned
     * @param result what it returned, which may be null; null if it threw
     */
    void complete(@Nullable Throwable error, @Nullable T result);

    /**
     * The loop had ended before the job was over, so nobody can be told. On a worker; to free what the result holds.
     * By default a result that is {@link AutoCloseable} is closed.
     *
     * @param result what the job returned, which may be null; null if it threw
     * @throws Exception if that fails; it is logged
     */
    default void onAbandoned(@Nullable T result) throws Exception {
        if (result instanceof AutoCloseable closeable) {
            closeable.close();
        }
    }
}
