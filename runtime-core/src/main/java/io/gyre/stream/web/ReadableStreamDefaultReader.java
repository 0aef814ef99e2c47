package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.stream.IteratorResult;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link ReadableStream}, which is locked to it until {@link #releaseLock}; made by
 * {@link ReadableStream#getReader}.
 *
 * <p>Thread, order, errors and close are as in {@link ReadableStream}.
 *
 * @param <T> the type of the chunks
 */
public final class ReadableStreamDefaultReader<T> {

    private final EventLoop loop;
    private @Nullable ReadableStream<T> stream;
    private final ArrayDeque<ReadRequest<T>> requests = new ArrayDeque<>();
    private Deferred<@Nullable Void> closed;

    ReadableStreamDefaultReader(ReadableStream<T> stream) {
        this.stream = stream;
        loop = stream.loop();
        closed = switch (stream.state()) {
            case READABLE -> Deferred.pending(stream.loop());
            case CLOSED -> Deferred.fulfilled(stream.loop());
            case ERRORED -> Deferred.rejected(stream.loop(), stream.storedError());
        };
    }

    /**
     * Takes the next chunk. Reads that wait are answered in the order they were made.
     *
     * @return fulfilled with a chunk or the end; rejected when the stream breaks, or the lock is released before
     */
    public Promise<IteratorResult<T>> read() {
        ReadableStream<T> from = stream;
        if (from == null) {
            return Promise.reject(loop, released());
        }
        from.checkThread("ReadableStreamDefaultReader.read");
        Deferred<IteratorResult<T>> result = Deferred.pending(from.loop());
        read(new ReadRequest<>() {

            @Override
            public void chunk(T chunk) {
                result.resolve(IteratorResult.of(chunk));
            }

            @Override
            public void close() {
                result.resolve(IteratorResult.end());
            }

            @Override
            public void error(Throwable reason) {
                result.reject(reason);
            }
        });
        return result.promise();
    }

    /**
     * Gives the stream up, as {@link ReadableStream#cancel(Throwable)} does.
     *
     * @param reason told to the source, perhaps null
     * @return settled when the source has been told
     */
    public Promise<@Nullable Void> cancel(@Nullable Throwable reason) {
        ReadableStream<T> from = stream;
        return from == null ? Deferred.failed(loop, released()) : from.cancelled(reason);
    }

    /**
     * Tells when the stream is closed.
     *
     * @return rejected when it breaks, or when the lock is released; it counts as handled then
     */
    public Promise<@Nullable Void> closed() {
        return closed.promise();
    }

    /** Unlocks the stream. Reads that wait are rejected. Does nothing if it was called before. */
    public void releaseLock() {
        ReadableStream<T> from = stream;
        if (from != null) {
            from.checkThread("ReadableStreamDefaultReader.releaseLock");
            release();
            failRequests(new IllegalStateException("the reader was released"));
        }
    }

    private static IllegalStateException released() {
        return new IllegalStateException("the reader is not bound to a ReadableStream");
    }

    // ---- for the package

    void read(ReadRequest<T> request) {
        ReadableStream<T> from = stream;
        if (from != null) {
            from.read(request);
        }
    }

    void release() {
        ReadableStream<T> from = stream;
        if (from == null) {
            return;
        }
        IllegalStateException reason = new IllegalStateException("the reader was released");
        if (from.state() == ReadableStream.State.READABLE) {
            closed.reject(reason);
            closed.handled();
        } else {
            closed = Deferred.rejected(from.loop(), reason);
        }
        from.unlock();
        stream = null;
    }

    void add(ReadRequest<T> request) {
        requests.add(request);
    }

    @Nullable
    ReadRequest<T> nextRequest() {
        return requests.poll();
    }

    boolean hasRequests() {
        return !requests.isEmpty();
    }

    void streamClosed() {
        closed.resolve(null);
        ReadRequest<T> request;
        while ((request = requests.poll()) != null) {
            request.close();
        }
    }

    void streamErrored(Throwable reason) {
        closed.handled();
        closed.reject(reason);
        failRequests(reason);
    }

    private void failRequests(Throwable reason) {
        ReadRequest<T> request;
        while ((request = requests.poll()) != null) {
            request.error(reason);
        }
    }
}
