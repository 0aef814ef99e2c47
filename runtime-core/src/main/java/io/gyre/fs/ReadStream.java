package io.gyre.fs;

import io.gyre.buffer.Buffer;
import io.gyre.loop.Registration;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file as a stream of bytes (Node's {@code fs.ReadStream}).
 *
 * <p>Thread and order are as in {@link io.gyre.stream.Readable}. The file is opened in the next tick and read chunk by
 * chunk, one read at a time, when the consumer has room. A file that has become shorter ends where it ends.
 *
 * <p>Errors are {@link FsException}s. The file is closed before the close event, at the end, after an error and by
 * destroy, which waits for a read that is under way.
 */
public final class ReadStream extends AbstractReadable<Buffer> {

    private final Path path;
    private final ReadStreamOptions options;
    private final FileSlot slot;
    private long position;
    private long bytesRead;
    private boolean started;

    ReadStream(FileSystem files, Path path, ReadStreamOptions options) {
        super(
                files.loop(),
                StreamOptions.bytes().highWaterMark(options.highWaterMark).autoDestroy(options.autoClose));
        this.path = Objects.requireNonNull(path, "path");
        this.options = options;
        this.position = options.start;
        this.slot = new FileSlot(files, path);
        construct(callback -> slot.open(Set.of(StandardOpenOption.READ), callback));
    }

    @Override
    protected void doRead(int n) {
        started = true;
        long from = position == OpenFile.CURRENT ? bytesRead : position;
        int length = (int) Math.min(options.end - from, n - 1L) + 1;
        if (length <= 0) {
            pushEnd();
            return;
        }
        slot.begin().read(length, position, this::readDone);
    }

    private void readDone(@Nullable Throwable error, @Nullable Buffer bytes) {
        slot.idle(error);
        if (isDestroyed()) {
            return;
        }
        if (bytes == null) {
            fail(error == null ? new AssertionError("neither bytes nor error") : error);
        } else if (bytes.isEmpty()) {
            pushEnd();
        } else {
            if (position != OpenFile.CURRENT) {
                position += bytes.length();
            }
            bytesRead += bytes.length();
            push(bytes);
        }
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        slot.close(error, false, callback);
    }

    /**
     * Adds a listener for the moment when the file is open.
     *
     * @param listener called once, before the ready event; not if opening fails
     * @return removes the listener
     */
    public Registration onOpen(Runnable listener) {
        return slot.onOpen(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Adds a listener for the moment when the stream can be read.
     *
     * @param listener called once, right after the open event
     * @return removes the listener
     */
    public Registration onReady(Runnable listener) {
        return slot.onReady(Objects.requireNonNull(listener, "listener"));
    }

    /**
     * Returns the file.
     *
     * @return the path as it was given
     */
    public Path path() {
        return path;
    }

    /**
     * Returns where the stream begins.
     *
     * @return the first byte's position
     */
    public long start() {
        return Math.max(0, options.start);
    }

    /**
     * Returns where the stream stops.
     *
     * @return the last byte's position; {@link Long#MAX_VALUE} for the end of the file
     */
    public long end() {
        return options.end;
    }

    /**
     * Tells whether reading has begun. Until then the range may be sent by other means, and the stream be destroyed.
     *
     * @return true from the first read on
     */
    public boolean isStarted() {
        return started;
    }

    /**
     * Counts what was read so far.
     *
     * @return in bytes; what waits to be taken is included
     */
    public long bytesRead() {
        return bytesRead;
    }

    /**
     * Tells whether the file is not open yet, or no longer.
     *
     * @return false between open and close
     */
    public boolean isPending() {
        return !slot.isOpen();
    }
}
