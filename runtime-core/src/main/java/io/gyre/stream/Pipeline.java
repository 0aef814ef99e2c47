package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Streams joined so that an error of one destroys all, and one callback is told (Node's {@code stream.pipeline} and
 * {@code stream.finished}).
 *
 * <p>On the loop's thread. The callback comes once, in a tick, after every stream is through; the first error wins, but
 * one that says more replaces a premature close. The error listeners stay on the streams, so that a late error is not
 * taken for an unhandled one.
 */
public final class Pipeline {

    private final EventLoop loop;
    private final Callback callback;
    private final List<Consumer<@Nullable Throwable>> destroys = new ArrayList<>();
    private @Nullable Throwable error;
    private int unfinished;

    private Pipeline(EventLoop loop, Callback callback) {
        this.loop = loop;
        this.callback = Objects.requireNonNull(callback, "callback");
    }

    /**
     * Feeds a sink from a source until the end, and ends it there.
     *
     * @param <T> the type of the chunks
     * @param source where from
     * @param sink where to
     * @param callback told once, when both are through: the error, or null
     */
    public static <T> void run(Readable<T> source, Writable<? super T> sink, Callback callback) {
        Pipeline pipeline = new Pipeline(source.loop(), callback);
        pipeline.guard(source);
        pipeline.guard(sink);
        pipeline.join(source, sink);
    }

    /**
     * Feeds a sink from a source until the end, and ends it there.
     *
     * @param <T> the type of the chunks
     * @param source where from
     * @param sink where to
     * @return settles when both are through
     */
    public static <T> Promise<@Nullable Void> run(Readable<T> source, Writable<? super T> sink) {
        Resolvers<@Nullable Void> resolvers = Promise.withResolvers(source.loop());
        run(source, sink, settle(resolvers));
        return resolvers.promise();
    }

    /**
     * Watches a stream until it is through.
     *
     * @param stream the stream
     * @return settles as the callback of {@link #finished(Stream, Callback)} is told
     */
    public static Promise<@Nullable Void> finished(Stream stream) {
        Resolvers<@Nullable Void> resolvers = Promise.withResolvers(stream.loop());
        finished(stream, settle(resolvers));
        return resolvers.promise();
    }

    private static Callback settle(Resolvers<@Nullable Void> resolvers) {
        return error -> {
            if (error == null) {
                resolvers.resolve(null);
            } else {
                resolvers.reject(error);
            }
        };
    }

    /**
     * Watches a stream until it is through.
     *
     * @param stream the stream
     * @param callback told once: null if it ended or finished, else the error, which is
     *     {@code ERR_STREAM_PREMATURE_CLOSE} if it closed before
     * @return ceases to watch. Without that, errors of the stream count as handled from now on
     */
    public static Registration finished(Stream stream, Callback callback) {
        return Finished.watch(stream, Objects.requireNonNull(callback, "callback"));
    }

    /** Destroys a stream when another one fails. */
    private void guard(Stream stream) {
        boolean[] through = new boolean[1];
        stream.onClose(() -> through[0] = true);
        Finished.watch(stream, failure -> through[0] = failure == null);
        destroys.add(cause -> {
            if (!through[0]) {
                through[0] = true;
                destroyUnlessDone(stream, cause == null ? StreamException.destroyed("pipe") : cause);
            }
        });
        stream.onError(failure -> {
            if (!StreamException.hasCode(failure, StreamException.ABORTED)
                    && !StreamException.hasCode(failure, StreamException.PREMATURE_CLOSE)) {
                oneFinished(failure);
            }
        });
    }

    private static void destroyUnlessDone(Stream stream, Throwable cause) {
        if (!stream.isDestroyed()) {
            stream.destroy(cause);
        }
    }

    private <T> void join(Readable<T> source, Writable<? super T> sink) {
        unfinished += 2;
        boolean[] ended = new boolean[1];
        sink.onClose(() -> {
            if (!ended[0]) {
                oneFinished(StreamException.prematureClose());
            }
        });
        source.pipe(sink, false);
        Runnable end = () -> {
            ended[0] = true;
            sink.end();
        };
        ReadableState<T> state = ReadableState.of(source);
        if (state.isEndEmitted() && state.life.errored() == null) {
            loop.nextTick(end);
        } else {
            state.endListeners.add(end);
        }
        Finished.watch(source, failure -> {
            if (StreamException.hasCode(failure, StreamException.PREMATURE_CLOSE)
                    && state.ended
                    && state.life.errored() == null
                    && !state.life.isErrorEmitted()) {
                // Destroyed at its end, before the end was told; what is true comes yet.
                state.endListeners.add(() -> oneFinished(null));
                state.life.errorListeners.add(this::oneFinished);
            } else {
                oneFinished(failure);
            }
        });
        Finished.watch(sink, this::oneFinished);
    }

    private void oneFinished(@Nullable Throwable failure) {
        unfinished--;
        boolean last = unfinished == 0;
        if (failure != null && (error == null || StreamException.hasCode(error, StreamException.PREMATURE_CLOSE))) {
            error = failure;
        }
        if (error == null && !last) {
            return;
        }
        Throwable cause = error;
        List<Consumer<@Nullable Throwable>> due = new ArrayList<>(destroys);
        destroys.clear();
        for (Consumer<@Nullable Throwable> destroy : due) {
            destroy.accept(cause);
        }
        if (last) {
            loop.nextTick(() -> callback.call(error));
        }
    }
}
