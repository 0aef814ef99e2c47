package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.Objects;
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

    private Pipeline() {}

    /**
     * Begins a pipeline of any number of streams.
     *
     * @param <T> the type of the chunks
     * @param source where from
     * @return add what is between, and start it with {@link PipelineBuilder#into}
     */
    public static <T> PipelineBuilder<T> from(Readable<T> source) {
        return new PipelineBuilder<>(source);
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
        from(source).into(sink, callback);
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
        return from(source).into(sink);
    }

    /**
     * Feeds a sink from a source through another stream until the end, and ends it there.
     *
     * @param <T> the type of the source's chunks
     * @param <R> the type of the sink's chunks
     * @param source where from
     * @param stage what is between
     * @param sink where to
     * @return settles when all are through
     */
    public static <T, R> Promise<@Nullable Void> run(
            Readable<T> source, Duplex<? super T, R> stage, Writable<? super R> sink) {
        return from(source).through(stage).into(sink);
    }

    /**
     * Watches a stream until it is through.
     *
     * @param stream the stream
     * @return settles as the callback of {@link #finished(Stream, Callback)} is told
     */
    public static Promise<@Nullable Void> finished(Stream stream) {
        return finished(stream, FinishedOptions.defaults());
    }

    /**
     * Watches a stream until it is through.
     *
     * @param stream the stream
     * @param options what to wait for
     * @return settles as the callback of {@link #finished(Stream, FinishedOptions, Callback)} is told
     */
    public static Promise<@Nullable Void> finished(Stream stream, FinishedOptions options) {
        Resolvers<@Nullable Void> resolvers = Promise.withResolvers(stream.loop());
        finished(stream, options, settle(resolvers));
        return resolvers.promise();
    }

    /**
     * Watches a stream until it is through.
     *
     * @param stream the stream
     * @param callback told once: null if it ended or finished, on both sides if it has two, else the error, which is
     *     {@code ERR_STREAM_PREMATURE_CLOSE} if it closed before
     * @return ceases to watch. Without that, errors of the stream count as handled from now on
     */
    public static Registration finished(Stream stream, Callback callback) {
        return finished(stream, FinishedOptions.defaults(), callback);
    }

    /**
     * Watches a stream until it is through.
     *
     * @param stream the stream
     * @param options what to wait for
     * @param callback told once: null if the sides in question ended or finished, else the error, which is
     *     {@code ERR_STREAM_PREMATURE_CLOSE} if the stream closed before
     * @return ceases to watch. Without that, errors of the stream count as handled from now on
     */
    public static Registration finished(Stream stream, FinishedOptions options, Callback callback) {
        return Finished.watch(stream, options, Objects.requireNonNull(callback, "callback"));
    }

    /**
     * Destroys a stream, with an {@link AbortException}, when a signal aborts: at once if it has already. From then on
     * errors of the stream count as handled.
     *
     * @param <S> the type of the stream
     * @param signal of the stream's loop
     * @param stream the stream
     * @return the stream
     */
    public static <S extends Stream> S addAbortSignal(AbortSignal signal, S stream) {
        Throwable reason = signal.reason();
        if (reason == null) {
            StreamLifecycle.of(stream).follow(signal);
        } else {
            stream.destroy(new AbortException(reason));
        }
        return stream;
    }

    static Callback settle(Resolvers<@Nullable Void> resolvers) {
        return error -> {
            if (error == null) {
                resolvers.resolve(null);
            } else {
                resolvers.reject(error);
            }
        };
    }
}
