package io.gyre.stream.web;

import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source's side of a {@link ReadableStream}.
 *
 * <p>Thread, order, errors and close are as in {@link ReadableStream}.
 *
 * @param <T> the type of the chunks
 */
public final class ReadableStreamDefaultController<T> {

    private final ReadableStream<T> stream;
    private final ChunkQueue<T> queue;

    /** Dropped, with what it holds, when nothing is pulled any more. */
    private @Nullable SourceSteps<T> steps;

    private boolean started;
    private boolean closeRequested;
    private boolean pulling;
    private boolean pullAgain;

    ReadableStreamDefaultController(
            ReadableStream<T> stream, SourceSteps<T> steps, QueuingStrategy<? super T> strategy) {
        this.stream = stream;
        this.steps = steps;
        this.queue = new ChunkQueue<>(strategy);
    }

    /** Pulls from when what the source's start gave is fulfilled. */
    void start(@Nullable Thenable<?> outcome) {
        Deferred.call(stream.loop(), () -> outcome)
                .await(
                        done -> {
                            started = true;
                            pullIfNeeded();
                        },
                        this::breakUp);
    }

    /**
     * Returns how much more would be welcome.
     *
     * @return negative if there is too much, 0 once the stream is closed; null once it is broken
     */
    public @Nullable Double desiredSize() {
        return switch (stream.state()) {
            case ERRORED -> null;
            case CLOSED -> 0.0;
            case READABLE -> queue.desiredSize();
        };
    }

    /**
     * Adds a chunk.
     *
     * @param chunk goes to who waits longest, or to the queue
     * @throws IllegalStateException if the stream is closed or broken, or {@link #close} was called
     */
    public void enqueue(T chunk) {
        stream.checkThread("ReadableStreamDefaultController.enqueue");
        Objects.requireNonNull(chunk, "chunk");
        if (!canCloseOrEnqueue()) {
            throw new IllegalStateException("nothing can be enqueued: " + stateForMessage());
        }
        add(chunk);
    }

    /**
     * Closes the stream when what is queued has been read.
     *
     * @throws IllegalStateException if the stream is closed or broken, or this was called before
     */
    public void close() {
        stream.checkThread("ReadableStreamDefaultController.close");
        if (!canCloseOrEnqueue()) {
            throw new IllegalStateException("the stream cannot be closed: " + stateForMessage());
        }
        closeIfOpen();
    }

    /**
     * Breaks the stream and drops what is queued. Does nothing if it is closed or broken.
     *
     * @param reason told to whoever reads
     */
    public void error(Throwable reason) {
        stream.checkThread("ReadableStreamDefaultController.error");
        breakUp(Objects.requireNonNull(reason, "reason"));
    }

    private String stateForMessage() {
        return switch (stream.state()) {
            case ERRORED -> "it is broken";
            case CLOSED -> "it is closed";
            case READABLE -> "its source has closed it";
        };
    }

    // ---- for the package

    boolean canCloseOrEnqueue() {
        return !closeRequested && stream.state() == ReadableStream.State.READABLE;
    }

    boolean hasBackpressure() {
        return !shouldPull();
    }

    void add(T chunk) {
        ReadRequest<T> waiting = stream.nextRequest();
        if (waiting != null) {
            waiting.chunk(chunk);
        } else {
            try {
                queue.add(chunk, queue.sizeOf(chunk));
            } catch (Throwable t) {
                breakUp(t);
                throw t;
            }
        }
        pullIfNeeded();
    }

    void addIfOpen(T chunk) {
        if (canCloseOrEnqueue()) {
            add(chunk);
        }
    }

    void closeIfOpen() {
        if (canCloseOrEnqueue()) {
            closeRequested = true;
            if (queue.isEmpty()) {
                steps = null;
                stream.closed();
            }
        }
    }

    void breakUp(Throwable reason) {
        if (stream.state() == ReadableStream.State.READABLE) {
            queue.clear();
            steps = null;
            stream.errored(reason);
        }
    }

    Promise<?> cancel(@Nullable Throwable reason) {
        queue.clear();
        // A stream that is readable has not dropped them.
        SourceSteps<T> told = Objects.requireNonNull(steps);
        Promise<?> outcome = told.cancel(reason);
        steps = null;
        return outcome;
    }

    void pull(ReadRequest<T> request) {
        if (queue.isEmpty()) {
            stream.addRequest(request);
            pullIfNeeded();
            return;
        }
        T chunk = queue.remove();
        if (closeRequested && queue.isEmpty()) {
            steps = null;
            stream.closed();
        } else {
            pullIfNeeded();
        }
        request.chunk(chunk);
    }

    private boolean shouldPull() {
        return canCloseOrEnqueue() && started && (stream.hasRequests() || queue.desiredSize() > 0);
    }

    private void pullIfNeeded() {
        SourceSteps<T> asked = steps;
        if (asked == null || !shouldPull()) {
            return;
        }
        if (pulling) {
            pullAgain = true;
            return;
        }
        pulling = true;
        asked.pull(this)
                .await(
                        done -> {
                            pulling = false;
                            if (pullAgain) {
                                pullAgain = false;
                                pullIfNeeded();
                            }
                        },
                        this::breakUp);
    }
}
