package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A sink of chunks that are written by promise (the WHATWG standard's {@code WritableStream}). Its queue tells writers,
 * as its strategy counts it, when to wait.
 *
 * <p><b>Thread.</b> Belongs to a loop, and so do its writers and controller; calls from elsewhere throw
 * {@link IllegalStateException}. <b>Order.</b> Chunks are written one at a time; promises are settled in the microtasks
 * that the standard says. <b>Errors.</b> A stream that breaks is erroring until the write under way is done, then errored;
 * every write from then on is rejected. Misuse is an {@link IllegalStateException}, thrown or as a rejection.
 * <b>Close.</b> A stream is to be closed or aborted, so that its sink is told. It does not keep the loop alive; what its
 * sink waits for does.
 *
 * @param <T> the type of the chunks
 */
public final class WritableStream<T> {

    enum State {
        WRITABLE,
        /** Broken, with something under way. */
        ERRORING,
        ERRORED,
        CLOSED
    }

    private record AbortRequest(Deferred<@Nullable Void> settled, Throwable reason, boolean wasAlreadyErroring) {}

    private final EventLoop loop;
    private final WritableStreamDefaultController<T> controller;
    private State state = State.WRITABLE;
    private @Nullable Throwable storedError;
    private @Nullable WritableStreamDefaultWriter<T> writer;
    private boolean backpressure;

    /** Of the chunks that are queued. */
    private final ArrayDeque<Deferred<@Nullable Void>> writeRequests = new ArrayDeque<>();

    private @Nullable Deferred<@Nullable Void> writeInFlight;
    private @Nullable Deferred<@Nullable Void> closeRequest;
    private @Nullable Deferred<@Nullable Void> closeInFlight;
    private @Nullable AbortRequest abortRequest;

    /**
     * Makes a stream that queues one chunk.
     *
     * @param loop the loop that it belongs to
     * @param sink where its chunks go
     */
    public WritableStream(EventLoop loop, UnderlyingSink<T> sink) {
        this(loop, sink, new CountQueuingStrategy(1));
    }

    /**
     * Makes a stream.
     *
     * @param loop the loop that it belongs to
     * @param sink where its chunks go
     * @param strategy how much it queues
     */
    public WritableStream(EventLoop loop, UnderlyingSink<T> sink, QueuingStrategy<? super T> strategy) {
        this(loop, SinkSteps.of(loop, Objects.requireNonNull(sink, "sink")), strategy);
        controller.start(sink.start(controller));
    }

    /** Makes a stream that writes from when its controller is started. */
    WritableStream(EventLoop loop, SinkSteps<T> steps, QueuingStrategy<? super T> strategy) {
        this.loop = loop;
        checkThread("new WritableStream");
        controller = new WritableStreamDefaultController<>(this, steps, strategy);
        backpressure = controller.hasBackpressure();
    }

    /** Makes a stream for another one. */
    static <T> WritableStream<T> started(
            EventLoop loop, SinkSteps<T> steps, QueuingStrategy<? super T> strategy, @Nullable Thenable<?> start) {
        WritableStream<T> stream = new WritableStream<>(loop, steps, strategy);
        stream.controller.start(start);
        return stream;
    }

    /**
     * Returns the loop that this stream belongs to. From any thread.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Tells whether somebody writes it.
     *
     * @return true while there is a writer, or a pipe
     */
    public boolean isLocked() {
        return writer != null;
    }

    /**
     * Locks the stream and writes it.
     *
     * @return the only writer until it is released
     * @throws IllegalStateException if the stream is locked
     */
    public WritableStreamDefaultWriter<T> getWriter() {
        checkThread("WritableStream.getWriter");
        if (writer != null) {
            throw locked();
        }
        WritableStreamDefaultWriter<T> locking = new WritableStreamDefaultWriter<>(this);
        writer = locking;
        return locking;
    }

    /**
     * Gives the stream up: drops what is queued, waits for what is under way and tells the sink.
     *
     * @param reason told to the sink, and to whoever writes
     * @return settled when the sink has been told; rejected if the stream is locked
     */
    public Promise<@Nullable Void> abort(Throwable reason) {
        checkThread("WritableStream.abort");
        return writer != null ? Deferred.failed(loop, locked()) : aborted(Objects.requireNonNull(reason, "reason"));
    }

    /**
     * Closes the stream when all is written.
     *
     * @return settled when the sink has closed, or will not; rejected if the stream is locked
     */
    public Promise<@Nullable Void> close() {
        checkThread("WritableStream.close");
        if (writer != null) {
            return Deferred.failed(loop, locked());
        }
        if (closeQueuedOrInFlight()) {
            return Deferred.failed(loop, new IllegalStateException("the WritableStream is being closed already"));
        }
        return closing();
    }

    @Override
    public String toString() {
        return "WritableStream(" + (writer == null ? "" : "locked, ") + state + ")";
    }

    static IllegalStateException locked() {
        return new IllegalStateException("the WritableStream is locked");
    }

    // ---- for the package

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    State state() {
        return state;
    }

    WritableStreamDefaultController<T> controller() {
        return controller;
    }

    /** What breaks the stream. Only from then on. */
    Throwable storedError() {
        return Objects.requireNonNull(storedError);
    }

    boolean hasBackpressure() {
        return backpressure;
    }

    @Nullable
    Double desiredSize() {
        return switch (state) {
            case ERRORING, ERRORED -> null;
            case CLOSED -> 0.0;
            case WRITABLE -> controller.desiredSize();
        };
    }

    void unlock() {
        writer = null;
    }

    boolean closeQueuedOrInFlight() {
        return closeRequest != null || closeInFlight != null;
    }

    Promise<@Nullable Void> addWriteRequest() {
        Deferred<@Nullable Void> request = Deferred.pending(loop);
        writeRequests.add(request);
        return request.promise();
    }

    Promise<@Nullable Void> closing() {
        if (state == State.CLOSED || state == State.ERRORED) {
            return Deferred.failed(loop, new IllegalStateException("the WritableStream is closed"));
        }
        Deferred<@Nullable Void> request = Deferred.pending(loop);
        closeRequest = request;
        WritableStreamDefaultWriter<T> writing = writer;
        if (writing != null && backpressure && state == State.WRITABLE) {
            writing.backpressure(false);
        }
        controller.close();
        return request.promise();
    }

    Promise<@Nullable Void> aborted(Throwable reason) {
        if (state == State.CLOSED || state == State.ERRORED) {
            return Deferred.done(loop);
        }
        controller.abortSignal(reason);
        if (state == State.CLOSED || state == State.ERRORED) {
            // A listener of the signal has ended it.
            return Deferred.done(loop);
        }
        AbortRequest before = abortRequest;
        if (before != null) {
            return before.settled.promise();
        }
        boolean wasAlreadyErroring = state == State.ERRORING;
        AbortRequest request = new AbortRequest(Deferred.pending(loop), reason, wasAlreadyErroring);
        abortRequest = request;
        if (!wasAlreadyErroring) {
            startErroring(reason);
        }
        return request.settled.promise();
    }

    void updateBackpressure(boolean now) {
        WritableStreamDefaultWriter<T> writing = writer;
        if (writing != null && backpressure != now) {
            writing.backpressure(now);
        }
        backpressure = now;
    }

    boolean isWriteInFlight() {
        return writeInFlight != null;
    }

    void markWriteInFlight() {
        writeInFlight = writeRequests.remove();
    }

    void markCloseInFlight() {
        closeInFlight = closeRequest;
        closeRequest = null;
    }

    void finishWrite() {
        Deferred<@Nullable Void> request = writeInFlight;
        writeInFlight = null;
        if (request != null) {
            request.resolve(null);
        }
    }

    void finishWriteWithError(Throwable error) {
        Deferred<@Nullable Void> request = writeInFlight;
        writeInFlight = null;
        if (request != null) {
            request.reject(error);
        }
        dealWith(error);
    }

    void finishClose() {
        Deferred<@Nullable Void> request = closeInFlight;
        closeInFlight = null;
        if (request != null) {
            request.resolve(null);
        }
        if (state == State.ERRORING) {
            // It was too late to abort.
            storedError = null;
            AbortRequest aborting = abortRequest;
            abortRequest = null;
            if (aborting != null) {
                aborting.settled.resolve(null);
            }
        }
        state = State.CLOSED;
        WritableStreamDefaultWriter<T> writing = writer;
        if (writing != null) {
            writing.streamClosed();
        }
    }

    void finishCloseWithError(Throwable error) {
        Deferred<@Nullable Void> request = closeInFlight;
        closeInFlight = null;
        if (request != null) {
            request.reject(error);
        }
        AbortRequest aborting = abortRequest;
        abortRequest = null;
        if (aborting != null) {
            aborting.settled.reject(error);
        }
        dealWith(error);
    }

    void dealWith(Throwable error) {
        if (state == State.WRITABLE) {
            startErroring(error);
        } else {
            finishErroring();
        }
    }

    void startErroring(Throwable reason) {
        state = State.ERRORING;
        storedError = reason;
        WritableStreamDefaultWriter<T> writing = writer;
        if (writing != null) {
            writing.rejectReady(reason);
        }
        if (writeInFlight == null && closeInFlight == null && controller.isStarted()) {
            finishErroring();
        }
    }

    void finishErroring() {
        state = State.ERRORED;
        controller.clear();
        Throwable error = storedError();
        Deferred<@Nullable Void> request;
        while ((request = writeRequests.poll()) != null) {
            request.reject(error);
        }
        AbortRequest aborting = abortRequest;
        abortRequest = null;
        if (aborting == null) {
            rejectCloseAndClosed();
        } else if (aborting.wasAlreadyErroring) {
            aborting.settled.reject(error);
            rejectCloseAndClosed();
        } else {
            controller
                    .abort(aborting.reason)
                    .await(
                            done -> {
                                aborting.settled.resolve(null);
                                rejectCloseAndClosed();
                            },
                            failure -> {
                                aborting.settled.reject(failure);
                                rejectCloseAndClosed();
                            });
        }
    }

    private void rejectCloseAndClosed() {
        Throwable error = storedError();
        Deferred<@Nullable Void> request = closeRequest;
        closeRequest = null;
        if (request != null) {
            request.reject(error);
        }
        WritableStreamDefaultWriter<T> writing = writer;
        if (writing != null) {
            writing.streamErrored(error);
        }
    }
}
