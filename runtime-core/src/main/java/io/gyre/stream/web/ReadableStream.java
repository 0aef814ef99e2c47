package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source of chunks that are read by promise (the WHATWG standard's {@code ReadableStream}). It pulls from its source
 * while its queue has room, as its strategy counts it.
 *
 * <p><b>Thread.</b> Belongs to a loop, and so do its readers and controller; calls from elsewhere throw
 * {@link IllegalStateException}. <b>Order.</b> Promises are settled in the microtasks that the standard says, and callbacks
 * run where Node runs them. <b>Errors.</b> What breaks the stream rejects every read from then on; misuse is an
 * {@link IllegalStateException}, thrown or as a rejection. <b>Close.</b> A stream that nobody wants any more is to be
 * cancelled, so that its source is told. It does not keep the loop alive; what its source waits for does.
 *
 * @param <T> the type of the chunks
 */
public final class ReadableStream<T> {

    enum State {
        READABLE,
        CLOSED,
        ERRORED
    }

    private final EventLoop loop;
    private final ReadableStreamDefaultController<T> controller;
    private State state = State.READABLE;
    private @Nullable Throwable storedError;
    private @Nullable ReadableStreamDefaultReader<T> reader;

    /**
     * Makes a stream that queues one chunk.
     *
     * @param loop the loop that it belongs to
     * @param source where its chunks come from
     */
    public ReadableStream(EventLoop loop, UnderlyingSource<T> source) {
        this(loop, source, new CountQueuingStrategy(1));
    }

    /**
     * Makes a stream.
     *
     * @param loop the loop that it belongs to
     * @param source where its chunks come from
     * @param strategy how much it queues
     */
    public ReadableStream(EventLoop loop, UnderlyingSource<T> source, QueuingStrategy<? super T> strategy) {
        this(loop, SourceSteps.of(loop, Objects.requireNonNull(source, "source")), strategy);
        controller.start(source.start(controller));
    }

    /**
     * Makes a stream of what an iterable has. Its iterator is asked when somebody reads, and not before; one that is
     * {@link AutoCloseable} is closed when the stream is cancelled.
     *
     * @param <T> the type of the chunks
     * @param loop the loop that the stream belongs to
     * @param elements not null, and no null among them
     * @return a stream that queues nothing
     */
    public static <T> ReadableStream<T> from(EventLoop loop, Iterable<? extends T> elements) {
        return new ReadableStream<>(loop, new IterableSource<T>(elements), new CountQueuingStrategy(0));
    }

    /** Makes a stream that pulls from when its controller is started. */
    ReadableStream(EventLoop loop, SourceSteps<T> steps, QueuingStrategy<? super T> strategy) {
        this.loop = loop;
        checkThread("new ReadableStream");
        controller = new ReadableStreamDefaultController<>(this, steps, strategy);
    }

    /** Makes a stream for another one. */
    static <T> ReadableStream<T> started(
            EventLoop loop, SourceSteps<T> steps, QueuingStrategy<? super T> strategy, @Nullable Thenable<?> start) {
        ReadableStream<T> stream = new ReadableStream<>(loop, steps, strategy);
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
     * Tells whether somebody reads it.
     *
     * @return true while there is a reader, or a pipe
     */
    public boolean isLocked() {
        return reader != null;
    }

    /**
     * Locks the stream and reads it.
     *
     * @return the only reader until it is released
     * @throws IllegalStateException if the stream is locked
     */
    public ReadableStreamDefaultReader<T> getReader() {
        checkThread("ReadableStream.getReader");
        if (reader != null) {
            throw locked();
        }
        ReadableStreamDefaultReader<T> locking = new ReadableStreamDefaultReader<>(this);
        reader = locking;
        return locking;
    }

    /**
     * Gives the stream up: drops what is queued and tells the source. Reads are done from then on.
     *
     * @param reason told to the source, perhaps null
     * @return settled when the source has been told; rejected if the stream is locked or broken
     */
    public Promise<@Nullable Void> cancel(@Nullable Throwable reason) {
        checkThread("ReadableStream.cancel");
        return reader != null ? Deferred.failed(loop, locked()) : cancelled(reason);
    }

    /**
     * Splits the stream, which is locked from now on. Both branches give every chunk; the faster one makes the slower
     * one queue. Cancelling both cancels this stream, with an {@link io.gyre.abort.AbortException} whose suppressed ones
     * are both reasons.
     *
     * @return two branches
     * @throws IllegalStateException if the stream is locked
     */
    public List<ReadableStream<T>> tee() {
        return new Tee<>(this).branches();
    }

    /**
     * Feeds a writable stream until the end, and closes it then.
     *
     * @param destination where to; locked meanwhile, as this stream is
     * @return settled when both are through
     */
    public Promise<@Nullable Void> pipeTo(WritableStream<? super T> destination) {
        return pipeTo(destination, PipeOptions.defaults());
    }

    /**
     * Feeds a writable stream.
     *
     * @param destination where to; locked meanwhile, as this stream is
     * @param options what the end of one side does to the other
     * @return settled when both are through
     */
    public Promise<@Nullable Void> pipeTo(WritableStream<? super T> destination, PipeOptions options) {
        checkThread("ReadableStream.pipeTo");
        if (reader != null) {
            return Deferred.failed(loop, locked());
        }
        if (destination.isLocked()) {
            return Deferred.failed(loop, WritableStream.locked());
        }
        return new PipeTo<>(this, destination, options).start();
    }

    /**
     * Feeds a pair of streams. Its errors are told by the streams, so the pipe's own promise counts as handled.
     *
     * @param <R> the type of the chunks that come out
     * @param transform what goes between
     * @return its readable side
     * @throws IllegalStateException if this stream or the writable side is locked
     */
    public <R> ReadableStream<R> pipeThrough(TransformStream<? super T, R> transform) {
        return pipeThrough(transform, PipeOptions.defaults());
    }

    /**
     * Feeds a pair of streams. Its errors are told by the streams, so the pipe's own promise counts as handled.
     *
     * @param <R> the type of the chunks that come out
     * @param transform what goes between
     * @param options what the end of one side does to the other
     * @return its readable side
     * @throws IllegalStateException if this stream or the writable side is locked
     */
    public <R> ReadableStream<R> pipeThrough(TransformStream<? super T, R> transform, PipeOptions options) {
        checkThread("ReadableStream.pipeThrough");
        if (reader != null) {
            throw locked();
        }
        if (transform.writable().isLocked()) {
            throw WritableStream.locked();
        }
        Deferred.handled(pipeTo(transform.writable(), options));
        return transform.readable();
    }

    @Override
    public String toString() {
        return "ReadableStream(" + (reader == null ? "" : "locked, ") + state + ")";
    }

    private static IllegalStateException locked() {
        return new IllegalStateException("the ReadableStream is locked");
    }

    // ---- for the package

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    State state() {
        return state;
    }

    ReadableStreamDefaultController<T> controller() {
        return controller;
    }

    /** What broke the stream. Only once it is broken. */
    Throwable storedError() {
        return Objects.requireNonNull(storedError);
    }

    void unlock() {
        reader = null;
    }

    void read(ReadRequest<T> request) {
        switch (state) {
            case CLOSED -> request.close();
            case ERRORED -> request.error(storedError());
            case READABLE -> controller.pull(request);
        }
    }

    void addRequest(ReadRequest<T> request) {
        ReadableStreamDefaultReader<T> reading = reader;
        if (reading != null) {
            reading.add(request);
        }
    }

    boolean hasRequests() {
        ReadableStreamDefaultReader<T> reading = reader;
        return reading != null && reading.hasRequests();
    }

    @Nullable
    ReadRequest<T> nextRequest() {
        ReadableStreamDefaultReader<T> reading = reader;
        return reading == null ? null : reading.nextRequest();
    }

    Promise<@Nullable Void> cancelled(@Nullable Throwable reason) {
        switch (state) {
            case CLOSED -> {
                return Deferred.done(loop);
            }
            case ERRORED -> {
                return Deferred.failed(loop, storedError());
            }
            case READABLE -> {
                closed();
                return controller.cancel(reason).<@Nullable Void>then(done -> null);
            }
        }
        throw new AssertionError(state);
    }

    void closed() {
        state = State.CLOSED;
        ReadableStreamDefaultReader<T> reading = reader;
        if (reading != null) {
            reading.streamClosed();
        }
    }

    void errored(Throwable reason) {
        state = State.ERRORED;
        storedError = reason;
        ReadableStreamDefaultReader<T> reading = reader;
        if (reading != null) {
            reading.streamErrored(reason);
        }
    }
}
