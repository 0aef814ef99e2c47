package io.gyre.stream.web;

import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Thenable;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A writable stream and the readable one that its chunks come out of (the WHATWG standard's {@code TransformStream}).
 * Writers wait while nobody reads.
 *
 * <p><b>Thread.</b> Belongs to a loop, as its sides do. <b>Order.</b> That of the sides. <b>Errors.</b> What breaks one
 * side breaks the other. <b>Close.</b> Closing the writable side flushes the transformer and closes the readable one.
 *
 * @param <I> the type of the chunks that come in
 * @param <O> the type of the chunks that go out
 */
public final class TransformStream<I, O> {

    private final EventLoop loop;
    private final TransformStreamDefaultController<O> controller;
    private final WritableStream<I> writable;
    private final ReadableStream<O> readable;

    /** Dropped, with what it holds, when it is not called any more. */
    private @Nullable Transformer<I, O> transformer;

    private boolean backpressure = true;
    private Deferred<@Nullable Void> backpressureChange;

    /** Set by whichever of close, abort and cancel came first. */
    private @Nullable Deferred<@Nullable Void> finish;

    /**
     * Makes a stream whose writable side queues one chunk and whose readable side none.
     *
     * @param loop the loop that it belongs to
     * @param transformer what it does
     */
    public TransformStream(EventLoop loop, Transformer<I, O> transformer) {
        this(loop, transformer, new CountQueuingStrategy(1), new CountQueuingStrategy(0));
    }

    /**
     * Makes a stream.
     *
     * @param loop the loop that it belongs to
     * @param transformer what it does
     * @param writableStrategy how much the writable side queues
     * @param readableStrategy how much the readable side queues
     */
    public TransformStream(
            EventLoop loop,
            Transformer<I, O> transformer,
            QueuingStrategy<? super I> writableStrategy,
            QueuingStrategy<? super O> readableStrategy) {
        this.loop = loop;
        this.transformer = Objects.requireNonNull(transformer, "transformer");
        checkThread("new TransformStream");
        backpressureChange = Deferred.pending(loop);
        Deferred<@Nullable Object> start = Deferred.pending(loop);
        writable = WritableStream.started(loop, new WritableSide(), writableStrategy, start.promise());
        readable = ReadableStream.started(loop, new ReadableSide(), readableStrategy, start.promise());
        controller = new TransformStreamDefaultController<>(this);
        Thenable<?> outcome = transformer.start(controller);
        if (outcome == null) {
            start.resolve(null);
        } else {
            start.adopt(outcome);
        }
    }

    /**
     * Returns the side that chunks come out of.
     *
     * @return always the same stream
     */
    public ReadableStream<O> readable() {
        return readable;
    }

    /**
     * Returns the side that chunks go into.
     *
     * @return always the same stream
     */
    public WritableStream<I> writable() {
        return writable;
    }

    // ---- for the controller

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    void enqueue(O chunk) {
        ReadableStreamDefaultController<O> out = readable.controller();
        if (!out.canCloseOrEnqueue()) {
            throw new IllegalStateException("nothing can be enqueued: the readable side is closed or broken");
        }
        try {
            out.add(chunk);
        } catch (Throwable t) {
            breakWritable(t);
            throw t;
        }
        if (out.hasBackpressure() != backpressure) {
            setBackpressure(true);
        }
    }

    void breakUp(Throwable reason) {
        readable.controller().breakUp(reason);
        breakWritable(reason);
    }

    void terminate() {
        readable.controller().closeIfOpen();
        breakWritable(new IllegalStateException("the TransformStream was terminated"));
    }

    private void breakWritable(Throwable reason) {
        transformer = null;
        writable.controller().errorIfWritable(reason);
        unblockWrite();
    }

    /** Lets a write that waits for a reader go on, to learn that the stream is broken. */
    private void unblockWrite() {
        if (backpressure) {
            setBackpressure(false);
        }
    }

    private void setBackpressure(boolean now) {
        backpressureChange.resolve(null);
        backpressureChange = Deferred.pending(loop);
        backpressure = now;
    }

    private Promise<@Nullable Object> transform(I chunk) {
        Transformer<I, O> asked = transformer;
        if (asked == null) {
            // A write that came between the last call of the transformer and its outcome.
            IllegalStateException over = new IllegalStateException("the TransformStream is over");
            breakUp(over);
            return Promise.reject(loop, over);
        }
        Deferred<@Nullable Object> outcome = Deferred.pending(loop);
        Deferred.call(loop, () -> asked.transform(chunk, controller)).await(outcome::resolve, error -> {
            breakUp(error);
            outcome.reject(error);
        });
        return outcome.promise();
    }

    /**
     * Ends both sides once, by whichever of close, abort and cancel comes first; the others get its outcome.
     *
     * @param last calls the transformer for the last time
     * @param whenDone returns what it fails with all the same, or null
     * @param whenFailed told what the transformer failed with
     */
    private Promise<?> finish(
            Function<Transformer<I, O>, Promise<?>> last,
            Supplier<@Nullable Throwable> whenDone,
            Consumer<Throwable> whenFailed) {
        Deferred<@Nullable Void> before = finish;
        if (before != null) {
            return before.promise();
        }
        Deferred<@Nullable Void> finishing = Deferred.pending(loop);
        finish = finishing;
        Transformer<I, O> asked = transformer;
        Promise<?> outcome = asked == null ? Deferred.done(loop) : last.apply(asked);
        transformer = null;
        outcome.await(
                done -> {
                    Throwable failure = whenDone.get();
                    if (failure == null) {
                        finishing.resolve(null);
                    } else {
                        finishing.reject(failure);
                    }
                },
                error -> {
                    whenFailed.accept(error);
                    finishing.reject(error);
                });
        return finishing.promise();
    }

    private final class WritableSide implements SinkSteps<I> {

        @Override
        public Promise<?> write(I chunk, WritableStreamDefaultController<I> unused) {
            if (!backpressure) {
                return transform(chunk);
            }
            Deferred<@Nullable Object> outcome = Deferred.pending(loop);
            backpressureChange
                    .promise()
                    .await(
                            changed -> {
                                if (writable.state() == WritableStream.State.ERRORING) {
                                    outcome.reject(writable.storedError());
                                } else {
                                    outcome.adopt(transform(chunk));
                                }
                            },
                            outcome::reject);
            return outcome.promise();
        }

        @Override
        public Promise<?> close() {
            return finish(
                    asked -> Deferred.call(loop, () -> asked.flush(controller)),
                    () -> {
                        if (readable.state() == ReadableStream.State.ERRORED) {
                            return readable.storedError();
                        }
                        readable.controller().closeIfOpen();
                        return null;
                    },
                    error -> readable.controller().breakUp(error));
        }

        @Override
        public Promise<?> abort(Throwable reason) {
            // In Node this is an asynchronous function, whose promise follows the one that it returns.
            return Deferred.call(
                    loop,
                    () -> finish(
                            asked -> Deferred.call(loop, () -> asked.cancel(reason)),
                            () -> {
                                if (readable.state() == ReadableStream.State.ERRORED) {
                                    return readable.storedError();
                                }
                                readable.controller().breakUp(reason);
                                return null;
                            },
                            error -> readable.controller().breakUp(error)));
        }
    }

    private final class ReadableSide implements SourceSteps<O> {

        @Override
        public Promise<?> pull(ReadableStreamDefaultController<O> unused) {
            setBackpressure(false);
            return backpressureChange.promise();
        }

        @Override
        public Promise<?> cancel(@Nullable Throwable reason) {
            Throwable told = reason == null ? new AbortException() : reason;
            return finish(
                    asked -> Deferred.call(loop, () -> asked.cancel(reason)),
                    () -> {
                        if (writable.state() == WritableStream.State.ERRORED) {
                            return writable.storedError();
                        }
                        writable.controller().errorIfWritable(told);
                        unblockWrite();
                        return null;
                    },
                    error -> {
                        writable.controller().errorIfWritable(error);
                        unblockWrite();
                    });
        }
    }
}
