package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a {@link WritableStream}, which is locked to it until {@link #releaseLock}; made by
 * {@link WritableStream#getWriter}.
 *
 * <p>Thread, order, errors and close are as in {@link WritableStream}.
 *
 * @param <T> the type of the chunks
 */
public final class WritableStreamDefaultWriter<T> {

    private final EventLoop loop;
    private @Nullable WritableStream<T> stream;

    /** Replaced by a new one where the standard says so; users ask for it anew. */
    private Deferred<@Nullable Void> ready;

    private Deferred<@Nullable Void> closed;

    WritableStreamDefaultWriter(WritableStream<T> stream) {
        this.stream = stream;
        loop = stream.loop();
        ready = switch (stream.state()) {
            case WRITABLE ->
                stream.hasBackpressure() && !stream.closeQueuedOrInFlight()
                        ? Deferred.<@Nullable Void>pending(loop)
                        : Deferred.fulfilled(loop);
            case CLOSED -> Deferred.fulfilled(loop);
            case ERRORING, ERRORED -> Deferred.rejected(loop, stream.storedError());
        };
        closed = switch (stream.state()) {
            case WRITABLE, ERRORING -> Deferred.pending(loop);
            case CLOSED -> Deferred.fulfilled(loop);
            case ERRORED -> Deferred.rejected(loop, stream.storedError());
        };
    }

    /**
     * Tells when the stream has room. To be asked for again after each write.
     *
     * @return fulfilled when {@link #desiredSize} is more than 0; rejected when the stream breaks, or when the lock is
     *     released; it counts as handled then
     */
    public Promise<@Nullable Void> ready() {
        return ready.promise();
    }

    /**
     * Tells when the stream is closed.
     *
     * @return rejected when the stream has broken, or when the lock is released; it counts as handled then
     */
    public Promise<@Nullable Void> closed() {
        return closed.promise();
    }

    /**
     * Returns how much more would be welcome.
     *
     * @return negative if there is too much, 0 once the stream is closed; null once it is broken
     * @throws IllegalStateException if the lock was released
     */
    public @Nullable Double desiredSize() {
        WritableStream<T> to = stream;
        if (to == null) {
            throw released();
        }
        return to.desiredSize();
    }

    /**
     * Writes a chunk, whether or not there is room.
     *
     * @param chunk not to be changed until the sink has taken it
     * @return settled when the sink has taken it, or will not
     */
    public Promise<@Nullable Void> write(T chunk) {
        loop.checkThread("WritableStreamDefaultWriter.write");
        Objects.requireNonNull(chunk, "chunk");
        return stream == null ? Deferred.failed(loop, released()) : writeNow(chunk);
    }

    /**
     * Closes the stream when all is written.
     *
     * @return settled when the sink has closed, or will not
     */
    public Promise<@Nullable Void> close() {
        loop.checkThread("WritableStreamDefaultWriter.close");
        WritableStream<T> to = stream;
        if (to == null) {
            return Deferred.failed(loop, released());
        }
        if (to.closeQueuedOrInFlight()) {
            return Deferred.failed(loop, new IllegalStateException("the WritableStream is being closed already"));
        }
        return to.closing();
    }

    /**
     * Gives the stream up, as {@link WritableStream#abort(Throwable)} does.
     *
     * @param reason told to the sink
     * @return settled when the sink has been told
     */
    public Promise<@Nullable Void> abort(Throwable reason) {
        loop.checkThread("WritableStreamDefaultWriter.abort");
        WritableStream<T> to = stream;
        return to == null ? Deferred.failed(loop, released()) : to.aborted(Objects.requireNonNull(reason, "reason"));
    }

    /** Unlocks the stream; what was written stays written. Does nothing if it was called before. */
    public void releaseLock() {
        loop.checkThread("WritableStreamDefaultWriter.releaseLock");
        release();
    }

    private static IllegalStateException released() {
        return new IllegalStateException("the writer is not bound to a WritableStream");
    }

    // ---- for the package

    /** Writes; the stream must be locked to this writer. */
    Promise<@Nullable Void> writeNow(T chunk) {
        WritableStream<T> to = Objects.requireNonNull(stream);
        double size = to.controller().sizeOf(chunk);
        if (to != stream) {
            return Deferred.failed(loop, released());
        }
        WritableStream.State state = to.state();
        if (state == WritableStream.State.ERRORED) {
            return Deferred.failed(loop, to.storedError());
        }
        if (to.closeQueuedOrInFlight() || state == WritableStream.State.CLOSED) {
            return Deferred.failed(loop, new IllegalStateException("the WritableStream is closed"));
        }
        if (state == WritableStream.State.ERRORING) {
            return Deferred.failed(loop, to.storedError());
        }
        Promise<@Nullable Void> written = to.addWriteRequest();
        to.controller().write(chunk, size);
        return written;
    }

    Promise<@Nullable Void> closeWithErrorPropagation() {
        WritableStream<T> to = Objects.requireNonNull(stream);
        WritableStream.State state = to.state();
        if (to.closeQueuedOrInFlight() || state == WritableStream.State.CLOSED) {
            return Deferred.done(loop);
        }
        return state == WritableStream.State.ERRORED ? Deferred.failed(loop, to.storedError()) : to.closing();
    }

    void release() {
        WritableStream<T> to = stream;
        if (to == null) {
            return;
        }
        IllegalStateException reason = new IllegalStateException("the writer was released");
        rejectReady(reason);
        rejectClosed(reason);
        to.unlock();
        stream = null;
    }

    void backpressure(boolean on) {
        if (on) {
            ready = Deferred.pending(loop);
        } else {
            ready.resolve(null);
        }
    }

    void rejectReady(Throwable reason) {
        ready = rejected(ready, reason);
    }

    void rejectClosed(Throwable reason) {
        closed = rejected(closed, reason);
    }

    void streamClosed() {
        closed.resolve(null);
    }

    /** For a stream that is errored: a promise that was settled stays as it is. */
    void streamErrored(Throwable reason) {
        closed.handled();
        closed.reject(reason);
    }

    private Deferred<@Nullable Void> rejected(Deferred<@Nullable Void> settling, Throwable reason) {
        if (!settling.isPending()) {
            return Deferred.rejected(loop, reason);
        }
        settling.reject(reason);
        settling.handled();
        return settling;
    }
}
