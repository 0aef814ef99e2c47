package io.gyre.stream;

import io.gyre.abort.AbortException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as one stream: what is written goes into its first stream, what is read comes out of its last one. It is
 * made of streams that are used by nobody else.
 */
final class ComposedDuplex<I, O> extends AbstractDuplex<I, O> {

    private final Stream head;
    private final Stream tail;
    private final boolean hasWritable;
    private final boolean hasReadable;

    /** What waits for the head to drain, for the tail to be through, and for the pipeline to be. */
    private @Nullable Callback onDrain;

    private @Nullable Callback onFinish;
    private @Nullable Callback onClose;

    private boolean wantsMore;

    /** Whether the pipeline is through: the end of this stream is no abort then. */
    private boolean through;

    private ComposedDuplex(Stream head, Stream tail, DuplexOptions<I, O> options) {
        super(head.loop(), options);
        this.head = head;
        this.tail = tail;
        this.hasWritable = options.hasWritable;
        this.hasReadable = options.hasReadable;
    }

    /**
     * Starts a pipeline.
     *
     * @param streams two or more; whoever makes them one knows that the types fit
     */
    @SuppressWarnings("unchecked")
    static <I, O> ComposedDuplex<I, O> of(List<Stream> streams) {
        Stream head = streams.get(0);
        Stream tail = streams.get(streams.size() - 1);
        for (Stream stream : streams) {
            if (stream != tail && !(stream instanceof Readable<?> readable && readable.isReadable())) {
                throw new IllegalArgumentException("a stream before the last one must be readable: " + stream);
            }
            if (stream != head && !(stream instanceof Writable<?> writable && writable.isWritable())) {
                throw new IllegalArgumentException("a stream after the first one must be writable: " + stream);
            }
        }
        boolean hasWritable = head instanceof Writable<?> writable && writable.isWritable();
        boolean hasReadable = tail instanceof Readable<?> readable && readable.isReadable();
        StreamOptions<I> writes =
                head instanceof Writable<?> writable ? WritableState.optionsLike((Writable<I>) writable) : any();
        StreamOptions<O> reads =
                tail instanceof Readable<?> readable ? ReadableState.optionsLike((Readable<O>) readable) : any();
        ComposedDuplex<I, O> composed =
                new ComposedDuplex<>(head, tail, DuplexOptions.of(writes, reads).sides(hasWritable, hasReadable));
        JoinedStreams.start(streams, true, null, composed::through);
        composed.listen();
        return composed;
    }

    private static <T> StreamOptions<T> any() {
        return StreamOptions.objects();
    }

    private void listen() {
        if (hasWritable) {
            head().onDrain(() -> {
                Callback callback = onDrain;
                onDrain = null;
                done(callback);
            });
            Finished.watch(tail, outcome -> {
                Callback callback = onFinish;
                onFinish = null;
                done(callback);
            });
        }
        if (hasReadable) {
            tail().onReadable(this::readOn);
            tail().onEnd(this::pushEnd);
        }
    }

    @SuppressWarnings("unchecked") // only where it is writable
    private Writable<I> head() {
        return (Writable<I>) head;
    }

    @SuppressWarnings("unchecked") // only where it is readable
    private Readable<O> tail() {
        return (Readable<O>) tail;
    }

    private static void done(@Nullable Callback callback) {
        if (callback != null) {
            callback.done();
        }
    }

    private void through(@Nullable Throwable error) {
        through = true;
        Callback callback = onClose;
        onClose = null;
        if (callback != null) {
            callback.call(error);
        } else if (error != null || (!hasReadable && !hasWritable)) {
            destroy(error);
        }
    }

    @Override
    protected void doWrite(I chunk, Callback callback) {
        if (head().write(chunk)) {
            callback.done();
        } else {
            onDrain = callback;
        }
    }

    @Override
    protected void doFinal(Callback callback) {
        head().end();
        onFinish = callback;
    }

    @Override
    protected void doRead(int n) {
        wantsMore = true;
        readOn();
    }

    private void readOn() {
        while (wantsMore) {
            O chunk = tail().read();
            if (chunk == null) {
                return;
            }
            wantsMore = push(chunk);
        }
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        Throwable cause = error == null && !through ? new AbortException() : error;
        wantsMore = false;
        onDrain = null;
        onFinish = null;
        StreamLifecycle.giveUp(tail, cause);
        if (through) {
            callback.call(cause);
        } else {
            onClose = callback;
        }
    }
}
