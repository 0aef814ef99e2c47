package io.gyre.fs;

import io.gyre.abort.AbortSignal;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a {@link WriteStream} writes. Immutable: each method returns a changed copy. */
public final class WriteStreamOptions {

    private static final WriteStreamOptions DEFAULTS = new WriteStreamOptions(
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE),
            OpenFile.CURRENT,
            16 * 1024,
            true,
            false,
            null);

    final Set<OpenOption> flags;
    final long start;
    final int highWaterMark;
    final boolean autoClose;
    final boolean flush;
    final @Nullable AbortSignal signal;

    private WriteStreamOptions(
            Set<OpenOption> flags,
            long start,
            int highWaterMark,
            boolean autoClose,
            boolean flush,
            @Nullable AbortSignal signal) {
        this.flags = flags;
        this.start = start;
        this.highWaterMark = highWaterMark;
        this.autoClose = autoClose;
        this.flush = flush;
        this.signal = signal;
    }

    /**
     * The file is made or overwritten; 16 KiB may wait.
     *
     * @return the defaults
     */
    public static WriteStreamOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how the file is opened.
     *
     * @param options instead of create, truncate and write
     * @return a changed copy
     */
    public WriteStreamOptions flags(OpenOption... options) {
        return new WriteStreamOptions(Set.of(options), start, highWaterMark, autoClose, flush, signal);
    }

    /**
     * Sets where to begin; the file must be seekable, and opened with other flags if it is not to be truncated.
     *
     * @param position from 0
     * @return a changed copy
     */
    public WriteStreamOptions start(long position) {
        if (position < 0) {
            throw new IllegalArgumentException("start must be 0 or more, but was " + position);
        }
        return new WriteStreamOptions(flags, position, highWaterMark, autoClose, flush, signal);
    }

    /**
     * Sets how much may wait before the stream says that it is enough.
     *
     * @param bytes 0 or more
     * @return a changed copy
     */
    public WriteStreamOptions highWaterMark(int bytes) {
        return new WriteStreamOptions(flags, start, bytes, autoClose, flush, signal);
    }

    /**
     * Sets whether the file is closed after the last byte and after an error; it is by default. If not, destroy closes
     * it.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public WriteStreamOptions autoClose(boolean value) {
        return new WriteStreamOptions(flags, start, highWaterMark, value, flush, signal);
    }

    /**
     * Sets whether the stream waits for the disk before it closes the file; it does not by default.
     *
     * @param value whether it does
     * @return a changed copy
     */
    public WriteStreamOptions flush(boolean value) {
        return new WriteStreamOptions(flags, start, highWaterMark, autoClose, value, signal);
    }

    /**
     * Sets a signal that destroys the stream with an {@link io.gyre.abort.AbortException} when it aborts, as
     * {@link io.gyre.stream.StreamOptions#signal}. If no worker has begun to open the file, none does.
     *
     * @param value of the loop
     * @return a changed copy
     */
    public WriteStreamOptions signal(AbortSignal value) {
        return new WriteStreamOptions(
                flags, start, highWaterMark, autoClose, flush, Objects.requireNonNull(value, "signal"));
    }
}
