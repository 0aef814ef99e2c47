package io.gyre.fs;

import io.gyre.abort.AbortSignal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Which part of a file a {@link ReadStream} reads, and how. Immutable: each method returns a changed copy. */
public final class ReadStreamOptions {

    private static final int HIGH_WATER_MARK = 64 * 1024;
    private static final ReadStreamOptions DEFAULTS =
            new ReadStreamOptions(OpenFile.CURRENT, Long.MAX_VALUE, HIGH_WATER_MARK, true, null);

    final long start;
    final long end;
    final int highWaterMark;
    final boolean autoClose;
    final @Nullable AbortSignal signal;

    private ReadStreamOptions(
            long start, long end, int highWaterMark, boolean autoClose, @Nullable AbortSignal signal) {
        this.start = start;
        this.end = end;
        this.highWaterMark = highWaterMark;
        this.autoClose = autoClose;
        this.signal = signal;
        if (start > end) {
            throw new IllegalArgumentException("start must be at most end (" + end + "), but was " + start);
        }
    }

    /**
     * The whole file, in chunks of 64 KiB.
     *
     * @return the defaults
     */
    public static ReadStreamOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets where to begin. Without it the file need not be seekable.
     *
     * @param position the first byte, from 0
     * @return a changed copy
     */
    public ReadStreamOptions start(long position) {
        return new ReadStreamOptions(checked("start", position), end, highWaterMark, autoClose, signal);
    }

    /**
     * Sets where to stop.
     *
     * @param position the last byte, from 0; it is read too
     * @return a changed copy
     */
    public ReadStreamOptions end(long position) {
        return new ReadStreamOptions(start, checked("end", position), highWaterMark, autoClose, signal);
    }

    /**
     * Sets how much is read at a time, and read ahead.
     *
     * @param bytes 1 or more
     * @return a changed copy
     */
    public ReadStreamOptions highWaterMark(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("highWaterMark must be 1 or more, but was " + bytes);
        }
        return new ReadStreamOptions(start, end, bytes, autoClose, signal);
    }

    /**
     * Sets whether the file is closed at the end and after an error; it is by default. If not, destroy closes it.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public ReadStreamOptions autoClose(boolean value) {
        return new ReadStreamOptions(start, end, highWaterMark, value, signal);
    }

    /**
     * Sets a signal that destroys the stream with an {@link io.gyre.abort.AbortException} when it aborts, as
     * {@link io.gyre.stream.StreamOptions#signal}. If no worker has begun to open the file, none does.
     *
     * @param value of the loop
     * @return a changed copy
     */
    public ReadStreamOptions signal(AbortSignal value) {
        return new ReadStreamOptions(start, end, highWaterMark, autoClose, Objects.requireNonNull(value, "signal"));
    }

    private static long checked(String name, long position) {
        if (position < 0) {
            throw new IllegalArgumentException(name + " must be 0 or more, but was " + position);
        }
        return position;
    }
}
