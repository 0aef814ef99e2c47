package io.gyre.fs;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.work.WorkCompletion;
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
        Set<OpenOption> how = options.length == 0 ? Set.of(StandardOpenOption.READ) : Set.of(options);
        Resolvers<FileHandle> resolvers = Promise.withResolvers(loop);
        OpenFile.open(this, path, how, (error, file) -> {
            if (file == null) {
                reject(resolvers, error);
            } else {
                resolvers.resolve(new FileHandle(loop, file));
            }
        });
        return resolvers.promise();
    }

    /**
     * Looks a file up, following symbolic links.
     *
     * @param path which
     * @return what is known about it
     */
    public Promise<FileStats> stat(Path path) {
        return operation("stat", path, () -> FileStats.of(Files.readAttributes(path, BasicFileAttributes.class)));
    }

    /**
     * Reads a whole file.
     *
     * @param path which
     * @return its content
     */
    public Promise<Buffer> readFile(Path path) {
        return operation("open", path, () -> readAll(path));
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
        return operation("open", path, () -> {
            Files.write(path, content.toByteArray());
            return (long) content.length();
        });
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

    private <T> Promise<T> operation(String syscall, Path path, Callable<T> job) {
        Resolvers<T> resolvers = Promise.withResolvers(loop);
        submit(syscall, path, job, (error, result) -> {
            if (result == null) {
                reject(resolvers, error);
            } else {
                resolvers.resolve(result);
            }
        });
        return resolvers.promise();
    }

    private static void reject(Resolvers<?> resolvers, @Nullable Throwable error) {
        resolvers.reject(error == null ? new AssertionError("neither result nor error") : error);
    }

    /** Runs a job on the pool; its errors come back in Node's form. */
    <T> void submit(String syscall, @Nullable Path path, Callable<T> job, WorkCompletion<? super T> done) {
        String description = path == null ? syscall : syscall + " '" + path + "'";
        pool.submit(
                loop,
                WorkerPool.Kind.FAST_IO,
                description,
                job,
                (error, result) ->
                        done.complete(error == null ? null : FsException.translate(error, syscall, path), result));
    }
}
