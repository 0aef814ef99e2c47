package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A sink of chunks that says when it has enough (Node's {@code stream.Writable}).
 *
 * <p>{@link #write} takes a chunk always and returns false from {@link #writableHighWaterMark} on: the writer should
 * then wait for the drain event. One chunk is being written at a time; the rest waits in order.
 *
 * <p>Thread, order, errors and close are as in {@link Stream}; a chunk's callback comes after the drain event that its
 * completion causes, and the finish event after the callbacks of all chunks.
 *
 * @param <T> the type of the chunks; {@link io.gyre.buffer.Buffer} for bytes
 */
public sealed interface Writable<T> extends Stream permits AbstractWritable, ForwardingWritable, Duplex {

    /**
     * Writes a chunk.
     *
     * @param chunk not to be changed until its callback
     * @return false if the writer should wait for the drain event
     */
    default boolean write(T chunk) {
        return write(chunk, null);
    }

    /**
     * Writes a chunk. After {@link #end} it fails with {@code ERR_STREAM_WRITE_AFTER_END}, after {@link #destroy()}
     * with {@code ERR_STREAM_DESTROYED}; the callback is told.
     *
     * @param chunk not to be changed until its callback
     * @param callback told when the sink has taken the chunk, or why not
     * @return false if the writer should wait for the drain event
     */
    boolean write(T chunk, @Nullable Callback callback);

    /** Says that no more chunks will come. The finish event follows when all is written. */
    default void end() {
        end(null, null);
    }

    /**
     * Writes a last chunk and says that no more will come.
     *
     * @param chunk the last one
     */
    default void end(T chunk) {
        end(chunk, null);
    }

    /**
     * Writes a last chunk, if any, and says that no more will come.
     *
     * @param chunk the last one, or null
     * @param callback told when all is written, or why not
     */
    void end(@Nullable T chunk, @Nullable Callback callback);

    /** Holds chunks back until {@link #uncork} was called as often, so that they are written in one batch. */
    void cork();

    /** Takes back one {@link #cork}. */
    void uncork();

    /**
     * Adds a listener for the moment when all that waited is written after {@link #write} returned false.
     *
     * @param listener called each time
     * @return removes the listener
     */
    Registration onDrain(Runnable listener);

    /**
     * Adds a listener for the moment when all is written after {@link #end}.
     *
     * @param listener called once
     * @return removes the listener
     */
    Registration onFinish(Runnable listener);

    /**
     * Adds a listener for being fed by a {@link Readable#pipe}.
     *
     * @param listener given the source
     * @return removes the listener
     */
    Registration onPipe(Consumer<? super Readable<?>> listener);

    /**
     * Adds a listener for no longer being fed by a {@link Readable#pipe}.
     *
     * @param listener given the source
     * @return removes the listener
     */
    Registration onUnpipe(Consumer<? super Readable<?>> listener);

    /**
     * Tells whether {@link #write} may be called: no end, error or destroy yet.
     *
     * @return false once a write can no longer succeed
     */
    boolean isWritable();

    /**
     * Tells whether {@link #end} was called.
     *
     * @return true from then on
     */
    boolean isWritableEnded();

    /**
     * Tells whether all is written after {@link #end}.
     *
     * @return true just before the finish event
     */
    boolean isWritableFinished();

    /**
     * Tells whether the stream broke or was destroyed before it finished.
     *
     * @return true if the finish event will never come
     */
    boolean isWritableAborted();

    /**
     * Tells whether a drain event is to come.
     *
     * @return true if the writer should wait for it
     */
    boolean isWritableNeedDrain();

    /**
     * Returns from where on {@link #write} returns false.
     *
     * @return bytes, or objects
     */
    int writableHighWaterMark();

    /**
     * Returns how much waits or is being written.
     *
     * @return bytes, or objects
     */
    int writableLength();

    /**
     * Returns how often {@link #uncork} must be called.
     *
     * @return 0 if nothing is held back
     */
    int writableCorked();
}
