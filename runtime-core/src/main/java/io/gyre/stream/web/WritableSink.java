package io.gyre.stream.web;

import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.stream.FinishedOptions;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Writable;
import org.jspecify.annotations.Nullable;

/** A stream as the sink of a web stream: a chunk counts as written when the stream wants more. */
final class WritableSink<T> implements SinkSteps<T> {

    private static final FinishedOptions WRITABLE_SIDE =
            FinishedOptions.defaults().readable(false);

    private final Writable<? super T> stream;
    private final EventLoop loop;

    /** What waits for the drain event, and for the end. */
    private @Nullable Deferred<@Nullable Void> draining;

    private @Nullable Deferred<@Nullable Void> closing;

    private WritableSink(Writable<? super T> stream) {
        this.stream = stream;
        this.loop = stream.loop();
    }

    static <T> WritableStream<T> over(Writable<? super T> stream, QueuingStrategy<? super T> strategy) {
        WritableSink<T> sink = new WritableSink<>(stream);
        WritableStream<T> web = WritableStream.started(stream.loop(), sink, strategy, null);
        if (stream.isDestroyed() || !stream.isWritable()) {
            Deferred.handled(web.close());
            return web;
        }
        stream.onDrain(sink::drained);
        Pipeline.finished(stream, WRITABLE_SIDE, error -> sink.through(error, web.controller()));
        return web;
    }

    private void drained() {
        Deferred<@Nullable Void> waiting = draining;
        draining = null;
        if (waiting != null) {
            waiting.resolve(null);
        }
    }

    private void through(@Nullable Throwable error, WritableStreamDefaultController<T> controller) {
        Deferred<@Nullable Void> ending = closing;
        closing = null;
        if (error == null) {
            if (ending == null) {
                controller.errorIfWritable(new AbortException());
            } else {
                ending.resolve(null);
            }
            return;
        }
        Throwable reason = ReadableSource.reasonOf(error);
        Deferred<@Nullable Void> waiting = draining;
        draining = null;
        if (waiting != null) {
            waiting.reject(reason);
        }
        if (ending != null) {
            ending.reject(reason);
        }
        controller.errorIfWritable(reason);
    }

    @Override
    public Promise<?> write(T chunk, WritableStreamDefaultController<T> controller) {
        if (stream.write(chunk)) {
            return Deferred.done(loop);
        }
        Deferred<@Nullable Void> waiting = Deferred.pending(loop);
        draining = waiting;
        return waiting.promise();
    }

    @Override
    public Promise<?> close() {
        if (stream.isWritableEnded() || stream.isDestroyed()) {
            return Deferred.done(loop);
        }
        Deferred<@Nullable Void> ending = Deferred.pending(loop);
        closing = ending;
        stream.end();
        return ending.promise();
    }

    @Override
    public Promise<?> abort(Throwable reason) {
        stream.destroy(reason);
        return Deferred.done(loop);
    }
}
