package io.gyre.stream.web;

import io.gyre.promise.Thenable;
import org.jspecify.annotations.Nullable;

/**
 * Where the chunks of a {@link ReadableStream} come from. Each method may return something to wait for, or null.
 *
 * <p>Called on the loop's thread. What a method throws, or what it returns rejects with, breaks the stream; what
 * {@link #start} throws leaves the constructor.
 *
 * @param <T> the type of the chunks
 */
public interface UnderlyingSource<T> {

    /**
     * Begins, from within the stream's constructor. Nothing is pulled before what it returns is fulfilled.
     *
     * @param controller where chunks are enqueued, now or later
     * @return what to wait for, or null
     */
    default @Nullable Thenable<?> start(ReadableStreamDefaultController<T> controller) {
        return null;
    }

    /**
     * Makes more, now or later. Called when the queue has room or somebody waits, and not again before what it returns
     * is fulfilled, nor before something was enqueued.
     *
     * @param controller where chunks are enqueued
     * @return what to wait for, or null
     * @throws Exception if the stream is broken
     */
    default @Nullable Thenable<?> pull(ReadableStreamDefaultController<T> controller) throws Exception {
        return null;
    }

    /**
     * Frees what the source holds, because nobody wants more.
     *
     * @param reason what the consumer gave, perhaps null
     * @return what to wait for, or null
     * @throws Exception told to who cancelled
     */
    default @Nullable Thenable<?> cancel(@Nullable Throwable reason) throws Exception {
        return null;
    }
}
