package io.gyre.fs;

import io.gyre.buffer.Buffer;
import io.gyre.loop.Registration;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file as a sink of bytes (Node's {@code fs.WriteStream}).
 *
 * <p>Thread and order are as in {@link io.gyre.stream.Writable}. The file is opened in the next tick; what is written
 * before waits. One write is under way at a time, and takes all chunks that wait by then.
 *
 * <p>Errors are {@link FsException}s. The file is closed before the close event, after the finish event, after an error
 * and by destroy, which waits for the open, and for a write that is under way and makes it fail with
 * {@code ERR_STREAM_DESTROYED}.
 */
public final class WriteStream extends AbstractWritable<Buffer> {

    private final Path path;
    private final WriteStreamOptions options;
    private final FileSlot slot;
    private long position;
    private long bytesWritten;

    WriteStream(FileSystem files, Path path, WriteStreamOptions options) {
        super(files.loop(), FileSlot.streamOptions(options.highWaterMark, options.autoClose, options.signal));
        this.path = Objects.requireNonNull(path, "path");
        this.options = options;
        this.position = options.start;
        this.slot = new FileSlot(files, path);
        // Not taken back by destroy: as in Node, the file is there, and is empty, whenever the destroy came.
        construct(callback -> slot.open(options.flags, callback));
    }

    @Override
    protected void doWrite(Buffer chunk, Callback callback) {
        doWritev(List.of(chunk), callback);
    }

    @Override
    protected void doWritev(List<Buffer> chunks, Callback callback) {
        long at = position;
        if (at != OpenFile.CURRENT) {
            for (Buffer chunk : chunks) {
                position += chunk.length();
            }
        }
        slot.begin().write(chunks, at, (error, written) -> {
            if (written != null) {
                bytesWritten += written;
            }
            Throwable outcome = error == null && isDestroyed() ? destroyedMeanwhile() : error;
            callback.call(outcome);
            slot.idle(outcome);
        });
    }

    /** As in Node: who destroys the stream while it writes is told that the write may not be whole. */
    private static StreamException destroyedMeanwhile() {
        return new StreamException(StreamException.DESTROYED, "Cannot call write after a stream was destroyed");
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        slot.close(error, options.flush, callback);
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
     * Adds a listener for the moment when the first byte can be written.
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
     * Counts what was written so far.
     *
     * @return in bytes
     */
    public long bytesWritten() {
        return bytesWritten;
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
