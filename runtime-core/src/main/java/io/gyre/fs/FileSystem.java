package io.gyre.fs;

import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.work.WorkCompletion;
import io.gyre.work.WorkRequest;
import io.gyre.work.WorkerPool;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * File operations of one loop (Node's {@code fs}).
 *
 * <p><b>Thread.</b> On the loop's thread; the blocking part runs on a worker pool and completes in the poll phase.
 *
 * <p><b>Order.</b> Operations that are under way at the same time complete in any order.
 *
 * <p><b>Errors.</b> Promises are rejected, and streams destroyed, with {@link FsException}.
 *
 * <p><b>Close.</b> There is nothing to close here; streams and handles have their own.
 */
public final class FileSystem {

    private final EventLoop loop;
    private final WorkerPool pool;

    private FileSystem(EventLoop loop, WorkerPool pool) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.pool = Objects.requireNonNull(pool, "pool");
    }

    /**
     * Returns the file operations of a loop, on the shared worker pool.
     *
     * @param loop where operations complete
     * @return a new object, which costs nothing to keep or drop
     */
    public static FileSystem of(EventLoop loop) {
        return of(loop, WorkerPool.shared());
    }

    /**
     * Returns the file operations of a loop, on a worker pool of the caller's.
     *
     * @param loop where operations complete
     * @param pool where operations block
     * @return a new object, which costs nothing to keep or drop
     */
    public static FileSystem of(EventLoop loop, WorkerPool pool) {
        return new FileSystem(loop, pool);
    }

    /**
     * Opens a file.
     *
     * @param path which
     * @param options how; for reading if there are none
     * @return the open file
     */
    public Promise<FileHandle> open(Path path, OpenOption... options) {
        return opened(null, path, options);
    }

    /**
     * Opens a file, unless a signal aborts before that is done.
     *
     * @param path which
     * @param signal of the loop; what was opened after it aborted is closed again
     * @param options how; for reading if there are none
     * @return the open file; an {@link io.gyre.abort.AbortException} if the signal aborts
     */
    public Promise<FileHandle> open(Path path, AbortSignal signal, OpenOption... options) {
        return opened(Objects.requireNonNull(signal, "signal"), path, options);
    }

    private Promise<FileHandle> opened(@Nullable AbortSignal signal, Path path, OpenOption... options) {
        Set<OpenOption> how = options.length == 0 ? Set.of(StandardOpenOption.READ) : Set.of(options);
        return PendingWork.start(
                loop,
                signal,
                done -> OpenFile.open(this, path, how, (error, file) -> {
                    FileHandle handle = file == null ? null : new FileHandle(loop, file);
                    done.complete(error, handle);
                    if (handle != null && signal != null && signal.isAborted()) {
                        handle.close();
                    }
                }));
    }

    /**
     * Looks a file up, following symbolic links.
     *
     * @param path which
     * @return what is known about it
     */
    public Promise<FileStats> stat(Path path) {
        return operation("stat", path, null, () -> attributes(path));
    }

    /**
     * Looks a file up, following symbolic links, unless a signal aborts before that is done.
     *
     * @param path which
     * @param signal of the loop
     * @return what is known about it; an {@link io.gyre.abort.AbortException} if the signal aborts
     */
    public Promise<FileStats> stat(Path path, AbortSignal signal) {
        return operation("stat", path, Objects.requireNonNull(signal, "signal"), () -> attributes(path));
    }

    private static FileStats attributes(Path path) throws IOException {
        return FileStats.of(Files.readAttributes(path, BasicFileAttributes.class));
    }

    /**
     * Reads a whole file.
     *
     * @param path which
     * @return its content
     */
    public Promise<Buffer> readFile(Path path) {
        return operation("open", path, null, () -> readAll(path));
    }

    /**
     * Reads a whole file, unless a signal aborts before that is done: at once if no worker has begun, else what was read
     * is dropped.
     *
     * @param path which
     * @param signal of the loop
     * @return its content; an {@link io.gyre.abort.AbortException} if the signal aborts
     */
    public Promise<Buffer> readFile(Path path, AbortSignal signal) {
        return operation("open", path, Objects.requireNonNull(signal, "signal"), () -> readAll(path));
    }

    private static Buffer readAll(Path path) throws IOException {
        try (InputStream content = Files.newInputStream(path)) {
            try {
                return Buffer.wrap(content.readAllBytes());
            } catch (IOException e) {
                throw FsException.of(e, "read", null);
            }
        }
    }

    /**
     * Writes a whole file, which is made or overwritten.
     *
     * @param path which
     * @param content its new content
     * @return how many bytes were written
     */
    public Promise<Long> writeFile(Path path, Buffer content) {
        return operation("open", path, null, () -> writeAll(path, content));
    }

    /**
     * Writes a whole file, which is made or overwritten, unless a signal aborts before a worker has begun with it. A
     * write that has begun is completed.
     *
     * @param path which
     * @param content its new content
     * @param signal of the loop
     * @return how many bytes were written; an {@link io.gyre.abort.AbortException} if the signal aborts
     */
    public Promise<Long> writeFile(Path path, Buffer content, AbortSignal signal) {
        return operation("open", path, Objects.requireNonNull(signal, "signal"), () -> writeAll(path, content));
    }

    private static Long writeAll(Path path, Buffer content) throws IOException {
        Files.write(path, content.toByteArray());
        return (long) content.length();
    }

    /**
     * Reads a file as a stream, from its start to its end.
     *
     * @param path which
     * @return a stream that opens the file in the next tick
     */
    public ReadStream createReadStream(Path path) {
        return createReadStream(path, ReadStreamOptions.defaults());
    }

    /**
     * Reads a file as a stream.
     *
     * @param path which
     * @param options which part, and how
     * @return a stream that opens the file in the next tick
     */
    public ReadStream createReadStream(Path path, ReadStreamOptions options) {
        return new ReadStream(this, path, options);
    }

    /**
     * Writes a file as a stream; it is made or overwritten.
     *
     * @param path which
     * @return a stream that opens the file in the next tick
     */
    public WriteStream createWriteStream(Path path) {
        return createWriteStream(path, WriteStreamOptions.defaults());
    }

    /**
     * Writes a file as a stream.
     *
     * @param path which
     * @param options how
     * @return a stream that opens the file in the next tick
     */
    public WriteStream createWriteStream(Path path, WriteStreamOptions options) {
        return new WriteStream(this, path, options);
    }

    /**
     * Returns the loop.
     *
     * @return where operations complete
     */
    public EventLoop loop() {
        return loop;
    }

    private <T> Promise<T> operation(String syscall, Path path, @Nullable AbortSignal signal, Callable<T> job) {
        return PendingWork.<T>start(loop, signal, done -> submit(syscall, path, job, done));
    }

    /** Runs a job on the pool; its errors come back in Node's form. */
    <T> WorkRequest<T> submit(String syscall, @Nullable Path path, Callable<T> job, WorkCompletion<? super T> done) {
        String description = path == null ? syscall : syscall + " '" + path + "'";
        return pool.submit(
                loop,
                WorkerPool.Kind.FAST_IO,
                description,
                job,
                (error, result) ->
                        done.complete(error == null ? null : FsException.translate(error, syscall, path), result));
    }
}
