package io.gyre.fs;

import io.gyre.buffer.Buffer;
import io.gyre.loop.Handle;
import io.gyre.stream.FileRange;
import io.gyre.work.WorkCompletion;
import io.gyre.work.WorkRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A file descriptor. It does not keep the loop alive, but the loop closes it at its end. Confined to the loop's thread;
 * its user sees to it that nothing is under way when it is closed.
 */
final class OpenFile extends Handle {

    /** As a position: where the last sequential operation ended. */
    static final long CURRENT = -1;

    private final FileSystem files;
    private final Path path;
    private final FileChannel channel;
    private boolean closed;

    private OpenFile(FileSystem files, Path path, FileChannel channel) {
        super(files.loop(), "File");
        this.files = files;
        this.path = path;
        this.channel = channel;
        unref();
        activate();
    }

    static WorkRequest<?> open(
            FileSystem files, Path path, Set<? extends OpenOption> options, WorkCompletion<OpenFile> done) {
        return files.submit("open", path, () -> FileChannel.open(path, options), (error, channel) -> {
            if (channel == null) {
                done.complete(error, null);
            } else {
                done.complete(null, new OpenFile(files, path, channel));
            }
        });
    }

    /** Reads up to n bytes; the result is empty at the end of the file, and also if the file has become shorter. */
    WorkRequest<Buffer> read(int n, long position, WorkCompletion<Buffer> done) {
        return files.submit("read", null, () -> readNow(n, position), done);
    }

    private Buffer readNow(int n, long position) throws IOException {
        byte[] bytes = new byte[n];
        ByteBuffer target = ByteBuffer.wrap(bytes);
        int read = position == CURRENT ? channel.read(target) : channel.read(target, position);
        if (read == n) {
            return Buffer.wrap(bytes);
        }
        // A short read must not keep the long array alive.
        return read <= 0 ? Buffer.empty() : Buffer.wrap(Arrays.copyOf(bytes, read));
    }

    /** Reads up to as many bytes as remain in the target; the result is how many, 0 or -1 at the end of the file. */
    WorkRequest<Integer> read(ByteBuffer target, long position, WorkCompletion<Integer> done) {
        return files.submit(
                "read", null, () -> position == CURRENT ? channel.read(target) : channel.read(target, position), done);
    }

    /** Brings up to n bytes into memory; the result is how many there are, 0 if the file has none or does not say. */
    WorkRequest<Integer> load(long position, int n, WorkCompletion<Integer> done) {
        return files.submit("read", null, () -> loadNow(position, n), done);
    }

    private Integer loadNow(long position, int n) throws IOException {
        long there = Math.min(n, channel.size() - position);
        if (there <= 0) {
            return 0;
        }
        PageCache.load(channel, position, there);
        return (int) there;
    }

    /** A part of the file; the file is not to be closed before its release. */
    FileRange range(long position, int length, Runnable onRelease) {
        return new FileRange(path, channel, position, length, onRelease);
    }

    /** Writes all bytes; the result is their number. */
    void write(List<Buffer> chunks, long position, WorkCompletion<Long> done) {
        files.submit("write", null, () -> writeNow(chunks, position), done);
    }

    private Long writeNow(List<Buffer> chunks, long position) throws IOException {
        long written = 0;
        for (Buffer chunk : chunks) {
            ByteBuffer source = chunk.asByteBuffer();
            while (source.hasRemaining()) {
                written += position == CURRENT ? channel.write(source) : channel.write(source, position + written);
            }
        }
        return written;
    }

    void sync(WorkCompletion<Boolean> done) {
        files.submit(
                "fsync",
                null,
                () -> {
                    channel.force(true);
                    return Boolean.TRUE;
                },
                done);
    }

    void size(WorkCompletion<Long> done) {
        files.submit("fstat", null, channel::size, done);
    }

    /** Closes the descriptor on a worker. Closing it again does nothing but call back. */
    void closeLater(WorkCompletion<Boolean> done) {
        closed = true;
        files.submit(
                "close",
                null,
                () -> {
                    channel.close();
                    return Boolean.TRUE;
                },
                (error, ok) -> {
                    deactivate();
                    done.complete(error, ok);
                });
    }

    boolean isClosed() {
        return closed;
    }

    Path path() {
        return path;
    }

    /** The loop ends: nothing can be waited for. */
    @Override
    protected void onClose() {
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected String describe() {
        return "'" + path + "'";
    }

    static @Nullable Throwable first(@Nullable Throwable one, @Nullable Throwable other) {
        return one == null ? other : one;
    }
}
