package io.gyre.stream;

import io.gyre.buffer.Buffer;
import java.util.function.ToIntFunction;

/**
 * How a stream buffers and ends. Immutable: each method returns a changed copy.
 *
 * @param <T> the type of the chunks
 */
public final class StreamOptions<T> {

    private static final StreamOptions<Buffer> BYTES = new StreamOptions<>(Chunks.BYTES, 16 * 1024, true, true);
    private static final StreamOptions<Object> OBJECTS = new StreamOptions<>(Chunks.OBJECTS, 16, true, true);

    final Chunks<T> chunks;
    final int highWaterMark;
    final boolean autoDestroy;
    final boolean emitClose;

    private StreamOptions(Chunks<T> chunks, int highWaterMark, boolean autoDestroy, boolean emitClose) {
        this.chunks = chunks;
        this.highWaterMark = highWaterMark;
        this.autoDestroy = autoDestroy;
        this.emitClose = emitClose;
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
        return new StreamOptions<>(Chunks.sized(size), checked(highWaterMark), true, true);
    }

    /**
     * Sets how much is buffered before the stream says that it is enough.
     *
     * @param value 0 or more
     * @return a changed copy
     */
    public StreamOptions<T> highWaterMark(int value) {
        return new StreamOptions<>(chunks, checked(value), autoDestroy, emitClose);
    }

    /**
     * Sets whether the stream destroys itself after its end or an error; it does by default.
     *
     * @param value whether it does
     * @return a changed copy
     */
    public StreamOptions<T> autoDestroy(boolean value) {
        return new StreamOptions<>(chunks, highWaterMark, value, emitClose);
    }

    /**
     * Sets whether the close event is told; it is by default.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public StreamOptions<T> emitClose(boolean value) {
        return new StreamOptions<>(chunks, highWaterMark, autoDestroy, value);
    }

    private static int checked(int highWaterMark) {
        if (highWaterMark < 0) {
            throw new IllegalArgumentException("highWaterMark must be 0 or more, but was " + highWaterMark);
        }
        return highWaterMark;
    }
}
