package io.gyre.stream;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes of an open file, handed from a source to a sink in place of the bytes, so that the system can move them
 * without a copy through the program. For authors of sources and sinks: see {@link AbstractReadable#pushRange} and
 * {@link AbstractWritable#doWriteRange}.
 *
 * <p><b>Thread.</b> The loop's, but the file may be read on any.
 *
 * <p><b>Errors.</b> The bytes were there when the range was made. Where they no longer are, {@link #failure} says so.
 *
 * <p><b>Close.</b> The sink calls {@link #release} when it needs the file no more; the source closes the file, and not
 * before that.
 */
public final class FileRange implements Loan {

    private final Path path;
    private final FileChannel file;
    private final long position;
    private final int length;
    private @Nullable Runnable onRelease;

    /**
     * Makes a range.
     *
     * @param path what the file was opened as, for messages
     * @param file open for reading; it must stay so until the release
     * @param position of the first byte
     * @param length how many bytes, 1 or more
     * @param onRelease called once, by the release
     */
    public FileRange(Path path, FileChannel file, long position, int length, Runnable onRelease) {
        if (position < 0 || length < 1) {
            throw new IllegalArgumentException("a range of " + length + " bytes at " + position);
        }
        this.path = path;
        this.file = file;
        this.position = position;
        this.length = length;
        this.onRelease = onRelease;
    }

    /**
     * Returns the file.
     *
     * @return open until the release; its own position is not to be used or moved
     */
    public FileChannel file() {
        return file;
    }

    /**
     * Returns where the range begins.
     *
     * @return of the first byte, from the start of the file
     */
    public long position() {
        return position;
    }

    /**
     * Returns how long the range is.
     *
     * @return in bytes, 1 or more
     */
    @Override
    public int length() {
        return length;
    }

    /** Says that the file is not needed any more. Only the first call counts. */
    @Override
    public void release() {
        Runnable first = onRelease;
        if (first != null) {
            onRelease = null;
            first.run();
        }
    }

    /**
     * Tells why the range could not be written. Before the release.
     *
     * @param cause what the system said
     * @return that the file has become shorter, if it has; else the cause
     */
    public Throwable failure(Throwable cause) {
        long size;
        try {
            size = file.size();
        } catch (IOException e) {
            return cause;
        }
        return size >= position + length
                ? cause
                : new IOException(
                        "'" + path + "' has become shorter while it was sent: it has " + size
                                + " bytes, but those from " + position + " to " + (position + length - 1) + " were due",
                        cause);
    }

    @Override
    public String toString() {
        return length + " bytes at " + position + " of '" + path + "'";
    }
}
