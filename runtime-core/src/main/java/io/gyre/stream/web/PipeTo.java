package io.gyre.stream.web;

import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads one stream and writes the other, as fast as the slower one, until either is through. */
final class PipeTo<T> {

    private final ReadableStream<T> source;
    private final WritableStream<? super T> destination;
    private final PipeOptions options;
    private final EventLoop loop;
    private final ReadableStreamDefaultReader<T> reader;
    private final WritableStreamDefaultWriter<? super T> writer;
    private final Deferred<@Nullable Void> outcome;
    private Promise<?> currentWrite;
    private @Nullable Registration onAbort;
    private boolean shuttingDown;

    PipeTo(ReadableStream<T> source, WritableStream<? super T> destination, PipeOptions options) {
        this.source = source;
        this.destination = destination;
        this.options = options;
        loop = source.loop();
        reader = source.getReader();
        writer = destination.getWriter();
        outcome = Deferred.pending(loop);
        currentWrite = Deferred.done(loop);
    }

    Promise<@Nullable Void> start() {
        AbortSignal signal = options.signal;
        if (signal != null) {
            Throwable reason = signal.reason();
            if (reason != null) {
                abort(reason);
                return outcome.promise();
            }
            onAbort = signal.onAbort(this::abort);
        }
        step();
        watch();
        return outcome.promise();
    }

    private void watch() {
        if (source.state() == ReadableStream.State.ERRORED) {
            sourceErrored(source.storedError());
        } else {
            reader.closed().await(done -> {}, this::sourceErrored);
        }
        if (destination.state() == WritableStream.State.ERRORED) {
            destinationErrored(destination.storedError());
        } else {
            writer.closed().await(done -> {}, this::destinationErrored);
        }
        if (source.state() == ReadableStream.State.CLOSED) {
            sourceClosed();
        } else {
            reader.closed().await(done -> sourceClosed(), error -> {});
        }
        if (destination.closeQueuedOrInFlight() || destination.state() == WritableStream.State.CLOSED) {
            IllegalStateException closed = new IllegalStateException("the destination WritableStream is closed");
            destinationErrored(closed);
        }
    }

    // ---- chunks

    private void step() {
        if (shuttingDown) {
            return;
        }
        // Each chunk costs the microtasks that it costs in Node, where a step is an asynchronous function.
        Deferred<Boolean> stepped = Deferred.pending(loop);
        writer.ready().await(ready -> stepped.adopt(readOne()), stepped::reject);
        stepped.promise()
                .await(
                        last -> {
                            if (!last) {
                                step();
                            }
                        },
                        error -> {});
    }

    private Promise<Boolean> readOne() {
        Deferred<Boolean> isLast = Deferred.pending(loop);
        reader.read(new ReadRequest<>() {

            @Override
            public void chunk(T chunk) {
                currentWrite = writer.writeNow(chunk);
                Deferred.handled(currentWrite);
                isLast.resolve(false);
            }

            @Override
            public void close() {
                isLast.resolve(true);
            }

            @Override
            public void error(Throwable reason) {
                isLast.reject(reason);
            }
        });
        return isLast.promise();
    }

    // ---- ends

    private void sourceErrored(Throwable reason) {
        if (options.preventAbort) {
            shutdown(null, reason);
        } else {
            shutdown(() -> destination.aborted(reason), reason);
        }
    }

    private void destinationErrored(Throwable reason) {
        if (options.preventCancel) {
            shutdown(null, reason);
        } else {
            shutdown(() -> source.cancelled(reason), reason);
        }
    }

    private void sourceClosed() {
        shutdown(options.preventClose ? null : writer::closeWithErrorPropagation, null);
    }

    private void abort(Throwable reason) {
        List<Supplier<Promise<?>>> actions = new ArrayList<>();
        if (!options.preventAbort) {
            actions.add(() -> destination.state() == WritableStream.State.WRITABLE
                    ? destination.aborted(reason)
                    : Deferred.done(loop));
        }
        if (!options.preventCancel) {
            actions.add(() ->
                    source.state() == ReadableStream.State.READABLE ? source.cancelled(reason) : Deferred.done(loop));
        }
        shutdown(() -> all(actions), reason);
    }

    private Promise<?> all(List<Supplier<Promise<?>>> actions) {
        List<Promise<?>> promises = new ArrayList<>();
        for (Supplier<Promise<?>> action : actions) {
            promises.add(action.get().then(done -> done));
        }
        return Promise.all(loop, promises).then(done -> done);
    }

    /** Ends the pipe once: when the write under way is done, and the action after it. */
    private void shutdown(@Nullable Supplier<Promise<?>> action, @Nullable Throwable reason) {
        if (shuttingDown) {
            return;
        }
        shuttingDown = true;
        if (destination.state() == WritableStream.State.WRITABLE && !destination.closeQueuedOrInFlight()) {
            lastWrite().await(done -> act(action, reason), this::finish);
        } else {
            act(action, reason);
        }
    }

    private void act(@Nullable Supplier<Promise<?>> action, @Nullable Throwable reason) {
        if (action == null) {
            finish(reason);
        } else {
            action.get().await(done -> finish(reason), this::finish);
        }
    }

    private Promise<?> lastWrite() {
        Deferred<@Nullable Object> done = Deferred.pending(loop);
        Promise<?> write = currentWrite;
        write.await(
                written -> {
                    if (write == currentWrite) {
                        done.resolve(null);
                    } else {
                        lastWrite().await(done::resolve, done::reject);
                    }
                },
                done::reject);
        return done.promise();
    }

    private void finish(@Nullable Throwable reason) {
        writer.release();
        reader.release();
        Registration listening = onAbort;
        if (listening != null) {
            listening.remove();
        }
        if (reason == null) {
            outcome.resolve(null);
        } else {
            outcome.reject(reason);
        }
    }
}
