package io.gyre.stream.web;

import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.stream.FinishedOptions;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamException;
import org.jspecify.annotations.Nullable;

/** A stream as the source of a web stream: resumed when it is pulled, paused when there is enough. */
final class ReadableSource<T> implements SourceSteps<T> {

    private static final FinishedOptions READABLE_SIDE =
            FinishedOptions.defaults().writable(false);

    private final Readable<T> stream;
    private final EventLoop loop;
    private boolean cancelled;

    private ReadableSource(Readable<T> stream) {
        this.stream = stream;
        this.loop = stream.loop();
    }

    static <T> ReadableStream<T> over(Readable<T> stream, QueuingStrategy<? super T> strategy) {
        ReadableSource<T> source = new ReadableSource<>(stream);
        ReadableStream<T> web = ReadableStream.started(stream.loop(), source, strategy, null);
        if (stream.isDestroyed() || !stream.isReadable()) {
            source.cancelled = true;
            web.controller().closeIfOpen();
            return web;
        }
        source.feed(web.controller());
        return web;
    }

    private void feed(ReadableStreamDefaultController<T> controller) {
        stream.pause();
        Pipeline.finished(stream, READABLE_SIDE, error -> {
            if (error != null) {
                controller.breakUp(reasonOf(error));
            } else if (!cancelled) {
                controller.closeIfOpen();
            }
        });
        stream.onData(chunk -> {
            controller.addIfOpen(chunk);
            Double room = controller.desiredSize();
            if (room == null || room <= 0) {
                stream.pause();
            }
        });
    }

    /** A stream that was closed early was given up by somebody. */
    static Throwable reasonOf(Throwable error) {
        return error instanceof StreamException e && e.code().equals(StreamException.PREMATURE_CLOSE)
                ? new AbortException(error)
                : error;
    }

    @Override
    public Promise<?> pull(ReadableStreamDefaultController<T> controller) {
        stream.resume();
        return Deferred.done(loop);
    }

    @Override
    public Promise<?> cancel(@Nullable Throwable reason) {
        cancelled = true;
        stream.destroy(reason);
        return Deferred.done(loop);
    }
}
