package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import io.gyre.promise.ThrowingConsumer;
import io.gyre.promise.ThrowingFunction;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What can be done with the chunks of a readable stream, one after the other or several at once (what Node calls iterator
 * helpers). Operators that return a stream do nothing before it is read, and read no further than it is read. The others
 * start at once.
 *
 * <p><b>Thread.</b> The loop's; the functions are called there. What takes its time returns a promise: that is what the
 * forms in {@code Async} are for.
 *
 * <p><b>Order.</b> Results come in the order of the chunks, also where several steps are under way at once.
 *
 * <p><b>Errors.</b> An error of the stream, or of a function, fails the result and destroys the stream.
 *
 * <p><b>Close.</b> At the end, and when no more is wanted, the stream is destroyed. Destroying a stream that an operator
 * returned lets go of this one when its next chunk comes.
 *
 * @param <T> the type of the chunks
 */
@SuppressWarnings("JavaLangClash") // of Readable
public sealed interface ReadableOperators<T> permits Readable {

    /**
     * What is done with a chunk, and comes later.
     *
     * @param <T> the type of the chunks
     * @param <R> the type of the results
     */
    @FunctionalInterface
    interface AsyncStep<T, R extends @Nullable Object> {

        /**
         * Starts a step.
         *
         * @param chunk the chunk
         * @param signal that of the options; one that never aborts if there is none
         * @return settles with the result
         * @throws Exception to fail the operator
         */
        Thenable<? extends R> apply(T chunk, AbortSignal signal) throws Exception;
    }

    /**
     * Takes a chunk into what was made of those before it.
     *
     * @param <A> the type of what is made
     * @param <T> the type of the chunks
     */
    @FunctionalInterface
    interface Reducer<A, T> {

        /**
         * Takes one more chunk.
         *
         * @param soFar what was made of the chunks before
         * @param chunk the chunk
         * @return what is made of all of them
         * @throws Exception to fail the operator
         */
        A apply(A soFar, T chunk) throws Exception;
    }

    /**
     * Takes a chunk into what was made of those before it, and comes later.
     *
     * @param <A> the type of what is made
     * @param <T> the type of the chunks
     */
    @FunctionalInterface
    interface AsyncReducer<A, T> {

        /**
         * Takes one more chunk.
         *
         * @param soFar what was made of the chunks before
         * @param chunk the chunk
         * @param signal that of the options; one that never aborts if there is none
         * @return settles with what is made of all of them
         * @throws Exception to fail the operator
         */
        Thenable<? extends A> apply(A soFar, T chunk, AbortSignal signal) throws Exception;
    }

    // ---- one by one

    /**
     * Iterates over the chunks, and destroys the stream at the end (ECMAScript's {@code Symbol.asyncIterator}).
     *
     * @return an iterator; nothing is read before it is asked
     */
    default AsyncIterator<T> iterator() {
        return iterator(true);
    }

    /**
     * Iterates over the chunks.
     *
     * @param destroyOnReturn whether a close of the iterator destroys the stream; an error does in any case
     * @return an iterator; nothing is read before it is asked
     */
    default AsyncIterator<T> iterator(boolean destroyOnReturn) {
        return Operators.of(this).iterator(destroyOnReturn);
    }

    // ---- streams out of this one

    /**
     * Makes a stream of what a function makes of each chunk.
     *
     * @param <R> the type of the results
     * @param step must not return null
     * @return a stream of objects
     */
    default <R> Readable<R> map(ThrowingFunction<? super T, ? extends R> step) {
        return Operators.of(this).map(step);
    }

    /**
     * Makes a stream of what a step makes of each chunk, one at a time.
     *
     * @param <R> the type of the results
     * @param step its result must not be null
     * @return a stream of objects
     */
    default <R> Readable<R> mapAsync(AsyncStep<? super T, R> step) {
        return mapAsync(step, OperatorOptions.defaults());
    }

    /**
     * Makes a stream of what a step makes of each chunk.
     *
     * @param <R> the type of the results
     * @param step its result must not be null
     * @param options how many steps at once
     * @return a stream of objects
     */
    default <R> Readable<R> mapAsync(AsyncStep<? super T, R> step, OperatorOptions options) {
        return Operators.of(this).mapAsync(step, options);
    }

    /**
     * Makes a stream of the chunks that a function accepts.
     *
     * @param predicate whether a chunk is wanted
     * @return a stream of objects
     */
    default Readable<T> filter(ThrowingFunction<? super T, Boolean> predicate) {
        return Operators.of(this).filter(predicate);
    }

    /**
     * Makes a stream of the chunks that a step accepts.
     *
     * @param predicate whether a chunk is wanted
     * @param options how many steps at once
     * @return a stream of objects
     */
    default Readable<T> filterAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return Operators.of(this).filterAsync(predicate, options);
    }

    /**
     * Makes a stream of all that a function makes of each chunk.
     *
     * @param <R> the type of the results
     * @param step must not return null
     * @return a stream of objects
     */
    default <R> Readable<R> flatMap(ThrowingFunction<? super T, ? extends Iterable<? extends R>> step) {
        return Operators.of(this).flatMap(step);
    }

    /**
     * Makes a stream of all that a step makes of each chunk.
     *
     * @param <R> the type of the results
     * @param step its result must not be null
     * @param options how many steps at once
     * @return a stream of objects
     */
    default <R> Readable<R> flatMapAsync(
            AsyncStep<? super T, ? extends Iterable<? extends R>> step, OperatorOptions options) {
        return Operators.of(this).flatMapAsync(step, options);
    }

    /**
     * Makes a stream of the chunks of other streams, one for each chunk and one after the other.
     *
     * @param <R> the type of the results
     * @param step must not return null
     * @return a stream of objects
     */
    default <R> Readable<R> flatMapStream(ThrowingFunction<? super T, ? extends Readable<? extends R>> step) {
        return Operators.of(this).flatMapStream(step);
    }

    /**
     * Makes a stream of the first chunks, and destroys this one after them.
     *
     * @param number how many at most
     * @return a stream of objects
     */
    default Readable<T> take(long number) {
        return take(number, OperatorOptions.defaults());
    }

    /**
     * Makes a stream of the first chunks, and destroys this one after them.
     *
     * @param number how many at most
     * @param options its signal counts
     * @return a stream of objects
     */
    default Readable<T> take(long number, OperatorOptions options) {
        return Operators.of(this).slice(true, number, options);
    }

    /**
     * Makes a stream of all but the first chunks.
     *
     * @param number how many are left out
     * @return a stream of objects
     */
    default Readable<T> drop(long number) {
        return drop(number, OperatorOptions.defaults());
    }

    /**
     * Makes a stream of all but the first chunks.
     *
     * @param number how many are left out
     * @param options its signal counts
     * @return a stream of objects
     */
    default Readable<T> drop(long number, OperatorOptions options) {
        return Operators.of(this).slice(false, number, options);
    }

    /**
     * Makes a stream of what comes out of another one when it is fed with this one, in a pipeline.
     *
     * @param <R> the type of its chunks
     * @param stage used by nobody else
     * @return a stream
     */
    default <R> Readable<R> compose(Duplex<? super T, R> stage) {
        return Operators.of(this).compose(stage);
    }

    // ---- results

    /**
     * Calls a function with each chunk.
     *
     * @param step uses a chunk
     * @return settles after the last one
     */
    default Promise<@Nullable Void> forEach(ThrowingConsumer<? super T> step) {
        return Operators.of(this).forEach(step);
    }

    /**
     * Starts a step with each chunk.
     *
     * @param step uses a chunk
     * @param options how many steps at once
     * @return settles when all steps are done
     */
    default Promise<@Nullable Void> forEachAsync(
            AsyncStep<? super T, ? extends @Nullable Object> step, OperatorOptions options) {
        return Operators.of(this).forEachAsync(step, options);
    }

    /**
     * Collects all chunks (Node's {@code toArray}). They must fit into memory.
     *
     * @return settles with the chunks, in order
     */
    default Promise<List<T>> toList() {
        return toList(OperatorOptions.defaults());
    }

    /**
     * Collects all chunks (Node's {@code toArray}). They must fit into memory.
     *
     * @param options its signal counts
     * @return settles with the chunks, in order
     */
    default Promise<List<T>> toList(OperatorOptions options) {
        return Operators.of(this).toList(options);
    }

    /**
     * Makes one thing of all chunks.
     *
     * @param reducer takes a chunk into what was made of those before
     * @return settles with the result; rejected with {@link java.util.NoSuchElementException} if there is no chunk
     */
    default Promise<T> reduce(Reducer<T, ? super T> reducer) {
        return Operators.of(this).reduce(reducer);
    }

    /**
     * Makes one thing of all chunks.
     *
     * @param <A> the type of what is made
     * @param initial what is made of none
     * @param reducer takes a chunk into what was made of those before
     * @return settles with the result
     */
    default <A> Promise<A> reduce(A initial, Reducer<A, ? super T> reducer) {
        return Operators.of(this).reduce(initial, reducer);
    }

    /**
     * Makes one thing of all chunks.
     *
     * @param <A> the type of what is made
     * @param initial what is made of none
     * @param reducer takes a chunk into what was made of those before
     * @param options its signal counts
     * @return settles with the result
     */
    default <A> Promise<A> reduceAsync(A initial, AsyncReducer<A, ? super T> reducer, OperatorOptions options) {
        return Operators.of(this).reduceAsync(initial, reducer, options);
    }

    /**
     * Tells whether a function accepts any chunk; reads no further than that.
     *
     * @param predicate tells of a chunk
     * @return settles with the answer
     */
    default Promise<Boolean> some(ThrowingFunction<? super T, Boolean> predicate) {
        return Operators.of(this).some(predicate);
    }

    /**
     * Tells whether a step accepts any chunk; reads no further than that.
     *
     * @param predicate tells of a chunk
     * @param options how many steps at once
     * @return settles with the answer
     */
    default Promise<Boolean> someAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return Operators.of(this).someAsync(predicate, options);
    }

    /**
     * Tells whether a function accepts every chunk; reads no further than the first that it does not.
     *
     * @param predicate tells of a chunk
     * @return settles with the answer
     */
    default Promise<Boolean> every(ThrowingFunction<? super T, Boolean> predicate) {
        return Operators.of(this).every(predicate);
    }

    /**
     * Tells whether a step accepts every chunk; reads no further than the first that it does not.
     *
     * @param predicate tells of a chunk
     * @param options how many steps at once
     * @return settles with the answer
     */
    default Promise<Boolean> everyAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return Operators.of(this).everyAsync(predicate, options);
    }

    /**
     * Finds the first chunk that a function accepts; reads no further than that.
     *
     * @param predicate tells of a chunk
     * @return settles with the chunk, or without one
     */
    default Promise<Optional<T>> find(ThrowingFunction<? super T, Boolean> predicate) {
        return Operators.of(this).find(predicate);
    }

    /**
     * Finds the first chunk that a step accepts; reads no further than that.
     *
     * @param predicate tells of a chunk
     * @param options how many steps at once
     * @return settles with the chunk, or without one
     */
    default Promise<Optional<T>> findAsync(AsyncStep<? super T, Boolean> predicate, OperatorOptions options) {
        return Operators.of(this).findAsync(predicate, options);
    }
}
