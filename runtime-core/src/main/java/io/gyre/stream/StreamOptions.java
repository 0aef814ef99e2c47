package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import java.util.Objects;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How a stream buffers and ends. Immutable: each method returns a changed copy.
 *
 * @param <T> the type of the chunks
 */
public final class StreamOptions<T> {

    static final int DEFAULT_BYTES = 16 * 1024;
    static final int DEFAULT_OBJECTS = 16;

    private static final StreamOptions<Buffer> BYTES = new StreamOptions<>(Chunks.BYTES, DEFAULT_BYTES);
    private static final StreamOptions<Object> OBJECTS = new StreamOptions<>(Chunks.OBJECTS, DEFAULT_OBJECTS);

    final Chunks<T> chunks;
    final int highWaterMark;

    /** Whether the mark was set, and not only left as it is. */
    final boolean markChosen;

    final int maxBufferedLength;
    final boolean autoDestroy;
    final boolean emitClose;
    final @Nullable AbortSignal signal;

    private StreamOptions(Chunks<T> chunks, int highWaterMark) {
        this(chunks, highWaterMark, false, Integer.MAX_VALUE, true, true, null);
    }

    private StreamOptions(
            Chunks<T> chunks,
            int highWaterMark,
            boolean markChosen,
            int maxBufferedLength,
            boolean autoDestroy,
            boolean emitClose,
            @Nullable AbortSignal signal) {
        this.chunks = chunks;
        this.highWaterMark = highWaterMark;
        this.markChosen = markChosen;
        this.maxBufferedLength = maxBufferedLength;
        this.autoDestroy = autoDestroy;
        this.emitClose = emitClose;
        this.signal = signal;
    }

    /**
     * For byte streams: the length is counted in bytes, chunks may be joined and split, the high-water mark is 16 KiB.
     *
     * @return the defaults
     */
    public static StreamOptions<Buffer> bytes() {
        return BYTES;
    }

    /**
     * For object streams: every chunk counts 1, the high-water mark is 16.
     *
     * @param <T> the type of the chunks
     * @return the defaults
     */
    @SuppressWarnings("unchecked") // nothing in them depends on the type
    public static <T> StreamOptions<T> objects() {
        return (StreamOptions<T>) OBJECTS;
    }

    /**
     * For object streams that count what their chunks weigh.
     *
     * @param <T> the type of the chunks
     * @param size the weight of a chunk; less than 1 counts as 1
     * @param highWaterMark in the same unit
     * @return options
     */
    public static <T> StreamOptions<T> sized(ToIntFunction<? super T> size, int highWaterMark) {
        return new StreamOptions<T>(Chunks.sized(size), 0).highWaterMark(highWaterMark);
    }

    /**
     * Sets how much is buffered before the stream says that it is enough.
     *
     * @param value 0 or more
     * @return a changed copy
     */
    public StreamOptions<T> highWaterMark(int value) {
        return new StreamOptions<>(
                chunks, checked("highWaterMark", value), true, maxBufferedLength, autoDestroy, emitClose, signal);
    }

    /**
     * Sets whether the stream destroys itself after its end or an error; it does by default.
     *
     * @param value whether it does
     * @return a changed copy
     */
    public StreamOptions<T> autoDestroy(boolean value) {
        return new StreamOptions<>(chunks, highWaterMark, markChosen, maxBufferedLength, value, emitClose, signal);
    }

    /**
     * Sets whether the close event is told; it is by default.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public StreamOptions<T> emitClose(boolean value) {
        return new StreamOptions<>(chunks, highWaterMark, markChosen, maxBufferedLength, autoDestroy, value, signal);
    }

    /**
     * Sets a limit to what may wait. {@link Writable#write} and a source's {@code push} take a chunk always, and their
     * false is advice; a stream that holds more than this breaks with {@code ERR_STREAM_BUFFER_LIMIT} instead of filling
     * the memory. There is no limit by default, and a warning in the log far beyond the high-water mark.
     *
     * @param value in bytes, or objects; more than the largest chunk
     * @return a changed copy
     */
    public StreamOptions<T> maxBufferedLength(int value) {
        return new StreamOptions<>(
                chunks, highWaterMark, markChosen, checked("maxBufferedLength", value), autoDestroy, emitClose, signal);
    }

    /**
     * Sets a signal that destroys the stream with an {@link io.gyre.abort.AbortException} when it aborts. From then on
     * errors of the stream count as handled.
     *
     * @param value of the stream's loop
     * @return a changed copy
     */
    public StreamOptions<T> signal(AbortSignal value) {
        return new StreamOptions<>(
                chunks,
                highWaterMark,
                markChosen,
                maxBufferedLength,
                autoDestroy,
                emitClose,
                Objects.requireNonNull(value, "signal"));
    }

    /** The same kind of chunks with the default mark, for a stream that stands before or after another one. */
    static <T> StreamOptions<T> like(Chunks<T> chunks, int highWaterMark) {
        if (chunks == (Object) Chunks.BYTES) {
            return new StreamOptions<>(chunks, DEFAULT_BYTES);
        }
        return new StreamOptions<>(chunks, chunks == (Object) Chunks.OBJECTS ? DEFAULT_OBJECTS : highWaterMark);
    }

    private static int checked(String name, int value) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more, but was " + value);
        }
        return value;
    }
}
