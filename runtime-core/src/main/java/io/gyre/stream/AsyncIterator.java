package io.gyre.stream;

import io.gyre.promise.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Elements that are asked for one by one, and come later (ECMAScript's {@code AsyncIterator}).
 *
 * <p><b>Thread.</b> Used on the thread of the loop that its promises belong to.
 *
 * <p><b>Order.</b> Several elements may be asked for at once; they come in order, and a close waits for those that were
 * asked for before it.
 *
 * <p><b>Errors.</b> A failed {@link #next} ends the iteration: what is asked for after it is done.
 *
 * <p><b>Close.</b> Who leaves before the end calls {@link #close()}, so that what the iterator holds is freed. At the end
 * and after an error that has happened already.
 *
 * @param <T> the type of the elements
 */
public interface AsyncIterator<T> {

    /**
     * Asks for the next element.
     *
     * @return the element, or that there is none any more
     */
    Promise<IteratorResult<T>> next();

    /**
     * Gives the iteration up ({@code return} in ECMAScript).
     *
     * @return settles when what it holds is freed
     */
    default Promise<@Nullable Void> close() {
        return close(null);
    }

    /**
     * Gives the iteration up ({@code throw} in ECMAScript if there is a cause, else {@code return}).
     *
     * @param cause what went wrong where the elements are used, or null
     * @return settles when what it holds is freed; may be rejected with the cause
     */
    Promise<@Nullable Void> close(@Nullable Throwable cause);
}
