package io.gyre.fs;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.work.WorkCompletion;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An open file (Node's {@code FileHandle}).
 *
 * <p>Confined to the loop's thread. Operations run on the worker pool and settle their promise in the poll phase; two
 * that are under way at a time may run in either order. They fail with {@link FsException}. {@link #close} waits for
 * those under way, and what comes later fails with {@code EBADF}. A handle that is left open does not keep the loop alive; the loop closes it at its end.
 */
public final class FileHandle {

    private final EventLoop loop;
    private final OpenFile file;
    private int underWay;
    private @Nullable Resolvers<@Nullable Void> closing;

    FileHandle(EventLoop loop, OpenFile file) {
        this.loop = loop;
        this.file = file;
    }

    /**
     * Returns the path that the file was opened with.
     *
     * @return the path as it was given
     */
    public Path path() {
        return file.path();
    }

    /**
     * Reads from a position.
     *
     * @param length how many bytes at most
     * @param position where, from the start of the file; -1 for where the last such read or write ended
     * @return what was there; empty at the end of the file
     */
    public Promise<Buffer> read(int length, long position) {
        checkPosition(position);
        return operation("read", done -> file.read(length, position, done));
    }

    /**
     * Writes at a position.
     *
     * @param bytes what to write, all of it
     * @param position where, from the start of the file; -1 for where the last such read or write ended
     * @return how many bytes were written
     */
    public Promise<Long> write(Buffer bytes, long position) {
        checkPosition(position);
        return operation("write", done -> file.write(List.of(bytes), position, done));
    }

    /**
     * Returns the length of the file.
     *
     * @return in bytes
     */
    public Promise<Long> size() {
        return operation("fstat", file::size);
    }

    /**
     * Waits until the disk has everything that was written.
     *
     * @return settles when that is done
     */
    public Promise<Boolean> sync() {
        return operation("fsync", file::sync);
    }

    /**
     * Closes the file when the operations under way are done. Closing it again gives the same promise.
     *
     * @return settles when that is done
     */
    public Promise<@Nullable Void> close() {
        Resolvers<@Nullable Void> resolvers = closing;
        if (resolvers == null) {
            resolvers = Promise.withResolvers(loop);
            closing = resolvers;
            closeIfIdle();
        }
        return resolvers.promise();
    }

    private void closeIfIdle() {
        Resolvers<@Nullable Void> resolvers = closing;
        if (resolvers != null && underWay == 0 && !file.isClosed()) {
            file.closeLater((error, ok) -> {
                if (error == null) {
                    resolvers.resolve(null);
                } else {
                    resolvers.reject(error);
                }
            });
        }
    }

    /** Starts an operation on the file. */
    private interface Start<T> {
        void with(WorkCompletion<T> done);
    }

    private <T> Promise<T> operation(String syscall, Start<T> start) {
        Resolvers<T> resolvers = Promise.withResolvers(loop);
        if (closing != null) {
            resolvers.reject(FsException.of(new ClosedChannelException(), syscall, null));
            return resolvers.promise();
        }
        underWay++;
        start.with((error, result) -> {
            underWay--;
            if (result == null) {
                resolvers.reject(error == null ? new AssertionError("neither result nor error") : error);
            } else {
                resolvers.resolve(result);
            }
            closeIfIdle();
        });
        return resolvers.promise();
    }

    private static void checkPosition(long position) {
        if (position < OpenFile.CURRENT) {
            throw new IllegalArgumentException("position must be 0 or more, or -1, but was " + position);
        }
    }
}
