package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a pipeline, from its source on; {@link #into} starts it. Made by {@link Pipeline#from}, and used once.
 *
 * <p>On the loop's thread. Nothing flows and nobody listens before {@link #into}.
 *
 * @param <T> the type of the chunks that come out so far
 */
public final class PipelineBuilder<T> {

    private final List<Stream> streams;
    private @Nullable AbortSignal signal;
    private boolean end = true;

    PipelineBuilder(Readable<T> source) {
        streams = new ArrayList<>();
        streams.add(Objects.requireNonNull(source, "source"));
    }

    /**
     * Adds a stream between the source and the sink.
     *
     * @param <R> the type of the chunks that come out of it
     * @param stage fed, ended and read by the pipeline
     * @return this
     */
    @SuppressWarnings("unchecked") // the list has no types; what comes out last is an R from now on
    public <R> PipelineBuilder<R> through(Duplex<? super T, R> stage) {
        streams.add(Objects.requireNonNull(stage, "stage"));
        return (PipelineBuilder<R>) this;
    }

    /**
     * Sets a signal that gives the pipeline up: all its streams are destroyed with an
     * {@link io.gyre.abort.AbortException}, and it fails with that.
     *
     * @param value of the streams' loop
     * @return this
     */
    public PipelineBuilder<T> signal(AbortSignal value) {
        signal = Objects.requireNonNull(value, "signal");
        return this;
    }

    /**
     * Sets whether the sink is ended when all is written, and destroyed when another stream fails. It is by default.
     *
     * @param value false to keep the sink open in any case
     * @return this
     */
    public PipelineBuilder<T> end(boolean value) {
        end = value;
        return this;
    }

    /**
     * Starts the pipeline.
     *
     * @param sink where to; if it can be read as well, its readable side is left to somebody else
     * @return settles when all streams are through
     */
    public Promise<@Nullable Void> into(Writable<? super T> sink) {
        Resolvers<@Nullable Void> resolvers = Promise.withResolvers(sink.loop());
        into(sink, Pipeline.settle(resolvers));
        return resolvers.promise();
    }

    /**
     * Starts the pipeline.
     *
     * @param sink where to; if it can be read as well, its readable side is left to somebody else
     * @param callback told once, when all streams are through: the error, or null
     */
    public void into(Writable<? super T> sink, Callback callback) {
        Objects.requireNonNull(callback, "callback");
        streams.add(Objects.requireNonNull(sink, "sink"));
        JoinedStreams.start(streams, end, signal, callback);
    }
}
