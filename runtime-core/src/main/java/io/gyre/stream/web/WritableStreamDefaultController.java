package io.gyre.stream.web;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortSignal;
import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sink's side of a {@link WritableStream}.
 *
 * <p>Thread, order, errors and close are as in {@link WritableStream}.
 *
 * @param <T> the type of the chunks
 */
public final class WritableStreamDefaultController<T> {

    private final WritableStream<T> stream;
    private final ChunkQueue<T> queue;
    private final AbortController aborting;

    /** Dropped, with what it holds, when nothing is written any more. */
    private @Nullable SinkSteps<T> steps;

    private boolean started;

    /** Whether the stream is to be closed after what is queued. */
    private boolean closeQueued;

    WritableStreamDefaultController(WritableStream<T> stream, SinkSteps<T> steps, QueuingStrategy<? super T> strategy) {
        this.stream = stream;
        this.steps = steps;
        queue = new ChunkQueue<>(strategy);
        aborting = new AbortController(stream.loop());
    }

    /** Writes from when what the sink's start gave is fulfilled. */
    void start(@Nullable Thenable<?> outcome) {
        Deferred.call(stream.loop(), () -> outcome)
                .await(
                        done -> {
                            started = true;
                            advance();
                        },
                        error -> {
                            started = true;
                            stream.dealWith(error);
                        });
    }

    /**
     * Returns what tells the sink that the stream was aborted while it was writing.
     *
     * @return the same signal each time
     */
    public AbortSignal signal() {
        return aborting.signal();
    }

    /**
     * Breaks the stream. Does nothing if it is closed or broken.
     *
     * @param reason told to whoever writes
     */
    public void error(Throwable reason) {
        stream.checkThread("WritableStreamDefaultController.error");
        errorIfWritable(Objects.requireNonNull(reason, "reason"));
    }

    // ---- for the package

    boolean isStarted() {
        return started;
    }

    void abortSignal(Throwable reason) {
        aborting.abort(reason);
    }

    double desiredSize() {
        return queue.desiredSize();
    }

    boolean hasBackpressure() {
        return queue.desiredSize() <= 0;
    }

    /** Asks the strategy; a stream whose strategy throws is broken. */
    double sizeOf(T chunk) {
        if (steps == null) {
            return 1;
        }
        try {
            return queue.sizeOf(chunk);
        } catch (Throwable t) {
            errorIfWritable(t);
            return 1;
        }
    }

    void write(T chunk, double size) {
        try {
            queue.add(chunk, size);
        } catch (IllegalArgumentException e) {
            errorIfWritable(e);
            return;
        }
        updateBackpressure();
        advance();
    }

    void close() {
        closeQueued = true;
        advance();
    }

    void errorIfWritable(Throwable reason) {
        if (stream.state() == WritableStream.State.WRITABLE) {
            steps = null;
            stream.startErroring(reason);
        }
    }

    void clear() {
        queue.clear();
        closeQueued = false;
    }

    Promise<?> abort(Throwable reason) {
        SinkSteps<T> told = steps;
        steps = null;
        return told == null ? Deferred.done(stream.loop()) : told.abort(reason);
    }

    private void updateBackpressure() {
        if (stream.state() == WritableStream.State.WRITABLE && !stream.closeQueuedOrInFlight()) {
            stream.updateBackpressure(hasBackpressure());
        }
    }

    private void advance() {
        if (!started || stream.isWriteInFlight()) {
            return;
        }
        if (stream.state() == WritableStream.State.ERRORING) {
            stream.finishErroring();
            return;
        }
        SinkSteps<T> asked = steps;
        if (asked == null) {
            return;
        }
        if (!queue.isEmpty()) {
            writeNext(asked);
        } else if (closeQueued) {
            closeQueued = false;
            stream.markCloseInFlight();
            Promise<?> outcome = asked.close();
            steps = null;
            outcome.await(done -> stream.finishClose(), stream::finishCloseWithError);
        }
    }

    private void writeNext(SinkSteps<T> asked) {
        stream.markWriteInFlight();
        // The chunk counts until it is written.
        asked.write(queue.peek(), this)
                .await(
                        done -> {
                            stream.finishWrite();
                            queue.remove();
                            updateBackpressure();
                            advance();
                        },
                        error -> {
                            if (stream.state() == WritableStream.State.WRITABLE) {
                                steps = null;
                            }
                            stream.finishWriteWithError(error);
                        });
    }
}
