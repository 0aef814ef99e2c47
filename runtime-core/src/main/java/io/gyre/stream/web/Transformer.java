package io.gyre.stream.web;

import io.gyre.promise.Thenable;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TransformStream} does with its chunks. Each method may return something to wait for, or null.
 *
 * <p>Called on the loop's thread, one at a time. What a method throws, or what it returns rejects with, breaks both
 * sides; what {@link #start} throws leaves the constructor.
 *
 * @param <I> the type of the chunks that come in
 * @param <O> the type of the chunks that go out
 */
@FunctionalInterface
public interface Transformer<I, O> {

    /**
     * Begins, from within the stream's constructor. Nothing is transformed before what it returns is fulfilled.
     *
     * @param controller where chunks are enqueued
     * @return what to wait for, or null
     */
    default @Nullable Thenable<?> start(TransformStreamDefaultController<O> controller) {
        return null;
    }

    /**
     * Makes any number of chunks of one. The next one comes when what it returns is fulfilled and somebody reads.
     *
     * @param chunk what was written
     * @param controller where chunks are enqueued
     * @return what to wait for, or null
     * @throws Exception if the stream is broken
     */
    @Nullable
    Thenable<?> transform(I chunk, TransformStreamDefaultController<O> controller) throws Exception;

    /**
     * Gives the rest, when all is written. The readable side closes afterwards.
     *
     * @param controller where chunks are enqueued
     * @return what to wait for, or null
     * @throws Exception if the stream is broken
     */
    default @Nullable Thenable<?> flush(TransformStreamDefaultController<O> controller) throws Exception {
        return null;
    }

    /**
     * Frees what the transformer holds, because the readable side was cancelled or the writable side aborted.
     *
     * @param reason what was given
     * @return what to wait for, or null
     * @throws Exception told to who cancelled or aborted
     */
    default @Nullable Thenable<?> cancel(@Nullable Throwable reason) throws Exception {
        return null;
    }

    /**
     * Passes chunks on as they are.
     *
     * @param <T> the type of the chunks
     * @return a transformer
     */
    static <T> Transformer<T, T> identity() {
        return (chunk, controller) -> {
            controller.enqueue(chunk);
            return null;
        };
    }
}
