package io.gyre.stream;

import org.jspecify.annotations.Nullable;

/** Two streams as one: it reads from the one and writes to the other, and an error of either breaks both. */
final class PairedDuplex<I, O> extends RelayDuplex<I, O> {

    private final Readable<O> source;
    private final Writable<I> sink;

    PairedDuplex(Readable<O> source, Writable<I> sink) {
        super(source, options(source, sink));
        this.source = source;
        this.sink = sink;
        if (sink.isWritable()) {
            Finished.watch(sink, error -> oneIsThrough(error, source));
            sink.onDrain(this::sinkDrained);
            sink.onFinish(this::sinkFinished);
        }
        if (source.isReadable()) {
            Finished.watch(source, error -> oneIsThrough(error, sink));
            source.onReadable(this::readOn);
            source.onEnd(this::pushEnd);
        }
    }

    private static <I, O> DuplexOptions<I, O> options(Readable<O> source, Writable<I> sink) {
        if (source.loop() != sink.loop()) {
            throw new IllegalArgumentException(
                    "the source belongs to " + source.loop() + ", the sink to " + sink.loop());
        }
        return DuplexOptions.of(WritableState.optionsLike(sink), ReadableState.optionsLike(source))
                .sides(sink.isWritable(), source.isReadable());
    }

    private void oneIsThrough(@Nullable Throwable error, Stream other) {
        if (error != null) {
            StreamLifecycle.giveUp(other, error);
        }
        through(error, error != null);
    }

    @Override
    Writable<I> sink() {
        return sink;
    }

    @Override
    Readable<O> source() {
        return source;
    }

    @Override
    void giveUp(@Nullable Throwable cause, boolean through) {
        if (!through) {
            StreamLifecycle.giveUp(sink, cause);
            StreamLifecycle.giveUp(source, cause);
        }
    }
}
