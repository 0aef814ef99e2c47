package io.gyre.stream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A pipeline as one stream: what is written goes into its first stream, what is read comes out of its last one. It is
 * made of streams that are used by nobody else.
 */
final class ComposedDuplex<I, O> extends RelayDuplex<I, O> {

    private final Stream head;
    private final Stream tail;
    private final boolean hasWritable;
    private final boolean hasReadable;

    private ComposedDuplex(Stream head, Stream tail, DuplexOptions<I, O> options) {
        super(head, options);
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
            sink().onDrain(this::sinkDrained);
            Finished.watch(tail, outcome -> sinkFinished());
        }
        if (hasReadable) {
            source().onReadable(this::readOn);
            source().onEnd(this::pushEnd);
        }
    }

    private void through(@Nullable Throwable error) {
        through(error, error != null || (!hasReadable && !hasWritable));
    }

    @Override
    @SuppressWarnings("unchecked") // only where it is writable
    Writable<I> sink() {
        return (Writable<I>) head;
    }

    @Override
    @SuppressWarnings("unchecked") // only where it is readable
    Readable<O> source() {
        return (Readable<O>) tail;
    }

    @Override
    void giveUp(@Nullable Throwable cause, boolean through) {
        StreamLifecycle.giveUp(tail, cause);
    }
}
