package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a stream with two sides buffers and ends. Immutable: each method returns a changed copy.
 *
 * @param <I> the type of the chunks that are written
 * @param <O> the type of the chunks that are read
 */
public final class DuplexOptions<I, O> {

    private static final DuplexOptions<Buffer, Buffer> BYTES =
            new DuplexOptions<>(StreamOptions.bytes(), StreamOptions.bytes(), true, true, true);
    private static final DuplexOptions<Object, Object> OBJECTS =
            new DuplexOptions<>(StreamOptions.objects(), StreamOptions.objects(), true, true, true);

    /** Carries {@code autoDestroy}, {@code emitClose} and the signal of the whole stream too. */
    final StreamOptions<I> writable;

    final StreamOptions<O> readable;
    final boolean allowHalfOpen;

    /** Whether there is such a side at all; not for users. */
    final boolean hasWritable;

    final boolean hasReadable;

    private DuplexOptions(
            StreamOptions<I> writable,
            StreamOptions<O> readable,
            boolean allowHalfOpen,
            boolean hasWritable,
            boolean hasReadable) {
        this.writable = writable;
        this.readable = readable;
        this.allowHalfOpen = allowHalfOpen;
        this.hasWritable = hasWritable;
        this.hasReadable = hasReadable;
    }

    /**
     * Takes the buffering of each side from options of its own. The stream destroys itself and tells its close event if
     * both say so; a signal of either destroys it.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @param writable of the writable side
     * @param readable of the readable side
     * @return options
     */
    public static <I, O> DuplexOptions<I, O> of(StreamOptions<I> writable, StreamOptions<O> readable) {
        StreamOptions<I> whole = writable.autoDestroy(writable.autoDestroy && readable.autoDestroy)
                .emitClose(writable.emitClose && readable.emitClose);
        AbortSignal both = both(writable.signal, readable.signal);
        return new DuplexOptions<>(both == null ? whole : whole.signal(both), readable, true, true, true);
    }

    private static @Nullable AbortSignal both(@Nullable AbortSignal one, @Nullable AbortSignal other) {
        if (one == null || other == null || one == other) {
            return one == null ? other : one;
        }
        return AbortSignal.any(one, other);
    }

    /**
     * For byte streams on both sides, as {@link StreamOptions#bytes}.
     *
     * @return the defaults
     */
    public static DuplexOptions<Buffer, Buffer> bytes() {
        return BYTES;
    }

    /**
     * For object streams on both sides, as {@link StreamOptions#objects}.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @return the defaults
     */
    @SuppressWarnings("unchecked") // nothing in them depends on the types
    public static <I, O> DuplexOptions<I, O> objects() {
        return (DuplexOptions<I, O>) OBJECTS;
    }

    /**
     * Sets how much each side buffers before it says that it is enough.
     *
     * @param value 0 or more
     * @return a changed copy
     */
    public DuplexOptions<I, O> highWaterMark(int value) {
        return writableHighWaterMark(value).readableHighWaterMark(value);
    }

    /**
     * Sets how much the writable side buffers before it says that it is enough.
     *
     * @param value 0 or more
     * @return a changed copy
     */
    public DuplexOptions<I, O> writableHighWaterMark(int value) {
        return with(writable.highWaterMark(value), readable);
    }

    /**
     * Sets how much the readable side reads ahead.
     *
     * @param value 0 or more
     * @return a changed copy
     */
    public DuplexOptions<I, O> readableHighWaterMark(int value) {
        return with(writable, readable.highWaterMark(value));
    }

    /**
     * Sets a limit to what may wait on each side, as {@link StreamOptions#maxBufferedLength}.
     *
     * @param value more than the largest chunk
     * @return a changed copy
     */
    public DuplexOptions<I, O> maxBufferedLength(int value) {
        return with(writable.maxBufferedLength(value), readable.maxBufferedLength(value));
    }

    /**
     * Sets whether the writable side stays open when the readable one has ended; it does by default.
     *
     * @param value false if it shall end then
     * @return a changed copy
     */
    public DuplexOptions<I, O> allowHalfOpen(boolean value) {
        return new DuplexOptions<>(writable, readable, value, hasWritable, hasReadable);
    }

    /**
     * Sets whether the stream destroys itself after an error, or when both sides are through; it does by default.
     *
     * @param value whether it does
     * @return a changed copy
     */
    public DuplexOptions<I, O> autoDestroy(boolean value) {
        return with(writable.autoDestroy(value), readable);
    }

    /**
     * Sets whether the close event is told; it is by default.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public DuplexOptions<I, O> emitClose(boolean value) {
        return with(writable.emitClose(value), readable);
    }

    /**
     * Sets a signal that destroys the stream when it aborts, as {@link StreamOptions#signal}.
     *
     * @param value of the stream's loop
     * @return a changed copy
     */
    public DuplexOptions<I, O> signal(AbortSignal value) {
        return with(writable.signal(Objects.requireNonNull(value, "signal")), readable);
    }

    /** For a stream that has only one of the sides, or neither. */
    DuplexOptions<I, O> sides(boolean hasWritableSide, boolean hasReadableSide) {
        return new DuplexOptions<>(writable, readable, allowHalfOpen, hasWritableSide, hasReadableSide);
    }

    /** A transform that shall not read ahead shall not buffer on its other side instead. */
    DuplexOptions<I, O> forTransform() {
        return readable.highWaterMark == 0 && !writable.markChosen ? writableHighWaterMark(0) : this;
    }

    private DuplexOptions<I, O> with(StreamOptions<I> changedWritable, StreamOptions<O> changedReadable) {
        return new DuplexOptions<>(changedWritable, changedReadable, allowHalfOpen, hasWritable, hasReadable);
    }
}
