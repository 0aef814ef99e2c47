package io.gyre.stream;

import org.jspecify.annotations.Nullable;

/**
 * What {@link AsyncIterator#next} comes to.
 *
 * @param <T> the type of the elements
 * @param value the element; null if there is none
 * @param done whether there is none any more
 */
public record IteratorResult<T>(@Nullable T value, boolean done) {

    private static final IteratorResult<Object> DONE = new IteratorResult<>(null, true);

    /**
     * Makes the result that carries an element.
     *
     * @param <T> the type of the elements
     * @param value the element
     * @return a result
     */
    public static <T> IteratorResult<T> of(T value) {
        return new IteratorResult<>(value, false);
    }

    /**
     * Returns the result that says that there is no element any more.
     *
     * @param <T> the type of the elements
     * @return always the same one
     */
    @SuppressWarnings("unchecked") // it holds no element
    public static <T> IteratorResult<T> end() {
        return (IteratorResult<T>) DONE;
    }
}
