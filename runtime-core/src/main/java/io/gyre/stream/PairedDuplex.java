package io.gyre.stream;

import io.gyre.abort.AbortException;
import org.jspecify.annotations.Nullable;

/** Two streams as one: it reads from the one and writes to the other, and an error of either breaks both. */
final class PairedDuplex<I, O> extends AbstractDuplex<I, O> {

    private final Readable<O> source;
    private final Writable<I> sink;

    /** What waits for the sink to drain, for it to finish, and for both streams to be through. */
    private @Nullable Callback onDrain;

    private @Nullable Callback onFinish;
    private @Nullable Callback onClose;

    private boolean wantsMore;

    /** Whether one of the streams is through: the end of the other is no abort then. */
    private boolean oneThrough;

    PairedDuplex(Readable<O> source, Writable<I> sink) {
        super(source.loop(), options(source, sink));
        this.source = source;
        this.sink = sink;
        if (sink.isWritable()) {
            Finished.watch(sink, error -> oneIsThrough(error, source));
            sink.onDrain(() -> {
                Callback callback = onDrain;
                onDrain = null;
                done(callback);
            });
            sink.onFinish(() -> {
                Callback callback = onFinish;
                onFinish = null;
                done(callback);
            });
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

    private static void done(@Nullable Callback callback) {
        if (callback != null) {
            callback.done();
        }
    }

    private void oneIsThrough(@Nullable Throwable error, Stream other) {
        if (error != null) {
            StreamLifecycle.giveUp(other, error);
        }
        oneThrough = true;
        Callback callback = onClose;
        onClose = null;
        if (callback != null) {
            callback.call(error);
        } else if (error != null) {
            destroy(error);
        }
    }

    @Override
    protected void doWrite(I chunk, Callback callback) {
        if (sink.write(chunk)) {
            callback.done();
        } else {
            onDrain = callback;
        }
    }

    @Override
    protected void doFinal(Callback callback) {
        sink.end();
        onFinish = callback;
    }

    @Override
    protected void doRead(int n) {
        wantsMore = true;
        readOn();
    }

    private void readOn() {
        while (wantsMore) {
            O chunk = source.read();
            if (chunk == null) {
                return;
            }
            wantsMore = push(chunk);
        }
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        Throwable cause = error == null && !oneThrough ? new AbortException() : error;
        wantsMore = false;
        onDrain = null;
        onFinish = null;
        if (oneThrough) {
            callback.call(cause);
        } else {
            onClose = callback;
            StreamLifecycle.giveUp(sink, cause);
            StreamLifecycle.giveUp(source, cause);
        }
    }
}
