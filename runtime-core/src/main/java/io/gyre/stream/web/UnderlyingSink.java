package io.gyre.stream.web;

import io.gyre.promise.Thenable;
import org.jspecify.annotations.Nullable;

/**
 * Where the chunks of a {@link WritableStream} go. Each method may return something to wait for, or null.
 *
 * <p>Called on the loop's thread, one at a time. What a method throws, or what it returns rejects with, breaks the
 * stream; what {@link #start} throws leaves the constructor.
 *
 * @param <T> the type of the chunks
 */
public interface UnderlyingSink<T> {

    /**
     * Begins, from within the stream's constructor. Nothing is written before what it returns is fulfilled.
     *
     * @param controller can break the stream
     * @return what to wait for, or null
     */
    default @Nullable Thenable<?> start(WritableStreamDefaultController<T> controller) {
        return null;
    }

    /**
     * Takes a chunk. The next one comes when what it returns is fulfilled.
     *
     * @param chunk what to write
     * @param controller can break the stream
     * @return what to wait for, or null
     * @throws Exception if the stream is broken
     */
    default @Nullable Thenable<?> write(T chunk, WritableStreamDefaultController<T> controller) throws Exception {
        return null;
    }

    /**
     * Ends, when all is written.
     *
     * @return what to wait for, or null
     * @throws Exception if the stream is broken
     */
    default @Nullable Thenable<?> close() throws Exception {
        return null;
    }

    /**
     * Frees what the sink holds, because the stream was aborted.
     *
     * @param reason what the producer gave
     * @return what to wait for, or null
     * @throws Exception told to who aborted
     */
    default @Nullable Thenable<?> abort(Throwable reason) throws Exception {
        return null;
    }
}
