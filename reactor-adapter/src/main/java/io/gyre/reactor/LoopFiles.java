package io.gyre.reactor;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileHandle;
import io.gyre.fs.FileStats;
import io.gyre.fs.FileSystem;
import io.gyre.fs.ReadStreamOptions;
import io.gyre.fs.WriteStream;
import io.gyre.fs.WriteStreamOptions;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The files of a loop, as Flux and Mono. Nothing happens before a subscription, and each subscription does it again.
 *
 * <p><b>Thread.</b> May be subscribed to, asked and cancelled from any thread; signals come on the loop's, the work is
 * done on its worker pool. <b>Errors.</b> {@link io.gyre.fs.FsException}, which names the call and the path. <b>End.</b>
 * Cancelling a flux closes its file. Cancelling a mono takes its work back if no worker has begun it; work that was begun
 * is finished, and nobody is told.
 */
public final class LoopFiles {

    private final FileSystem files;
    private final EventLoop loop;

    private LoopFiles(FileSystem files) {
        this.files = files;
        this.loop = files.loop();
    }

    /**
     * Offers the files of a loop, with the process's worker pool.
     *
     * @param loop where signals come
     * @return a view without state
     */
    public static LoopFiles from(EventLoop loop) {
        return from(FileSystem.of(Objects.requireNonNull(loop, "loop")));
    }

    /**
     * Offers the files of a loop.
     *
     * @param files which also says on what pool
     * @return a view without state
     */
    public static LoopFiles from(FileSystem files) {
        return new LoopFiles(Objects.requireNonNull(files, "files"));
    }

    /**
     * Reads a file in chunks, as they are asked for.
     *
     * @param path which
     * @return its bytes
     */
    public Flux<Buffer> read(Path path) {
        return read(path, ReadStreamOptions.defaults());
    }

    /**
     * Reads a file in chunks, as they are asked for.
     *
     * @param path which
     * @param options the range, and how far to read ahead
     * @return its bytes
     */
    public Flux<Buffer> read(Path path, ReadStreamOptions options) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(options, "options");
        return LoopFlux.defer(loop, () -> files.createReadStream(path, options));
    }

    /**
     * Writes what a publisher gives to a file, which is made or overwritten.
     *
     * @param path which
     * @param content asked for as fast as the file is written
     * @return how many bytes were written
     */
    public Mono<Long> write(Path path, Publisher<? extends Buffer> content) {
        return write(path, content, WriteStreamOptions.defaults());
    }

    /**
     * Writes what a publisher gives to a file.
     *
     * @param path which
     * @param content asked for as fast as the file is written
     * @param options how the file is opened, and how much may wait
     * @return how many bytes were written
     */
    public Mono<Long> write(Path path, Publisher<? extends Buffer> content, WriteStreamOptions options) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(content, "content");
        Objects.requireNonNull(options, "options");
        return LoopMono.<WriteStream>defer(loop, () -> Promise.resolve(loop, files.createWriteStream(path, options)))
                .doOnDiscard(WriteStream.class, WriteStream::destroy)
                .flatMap(file -> LoopMono.write(content, file).then(Mono.fromCallable(file::bytesWritten)));
    }

    /**
     * Reads a whole file.
     *
     * @param path which
     * @return its content
     */
    public Mono<Buffer> readFile(Path path) {
        Objects.requireNonNull(path, "path");
        return LoopMono.abortable(loop, signal -> files.readFile(path, signal));
    }

    /**
     * Writes a whole file, which is made or overwritten.
     *
     * @param path which
     * @param content all of it
     * @return how many bytes were written
     */
    public Mono<Long> writeFile(Path path, Buffer content) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(content, "content");
        return LoopMono.abortable(loop, signal -> files.writeFile(path, content, signal));
    }

    /**
     * Looks a file up, following symbolic links.
     *
     * @param path which
     * @return what the file system says of it
     */
    public Mono<FileStats> stat(Path path) {
        Objects.requireNonNull(path, "path");
        return LoopMono.abortable(loop, signal -> files.stat(path, signal));
    }

    /**
     * Opens a file, lends it out and closes it: at the end, after an error and on cancellation.
     *
     * <pre>{@code
     * files.using(path, file -> file.read(512, 0))
     * }</pre>
     *
     * @param <R> the type of what is made of it
     * @param path which
     * @param work what to do with the file
     * @param options how it is opened; for reading if there are none
     * @return what the work gives, when the file is closed
     */
    public <R> Flux<R> using(
            Path path, Function<? super LoopFile, ? extends Publisher<? extends R>> work, OpenOption... options) {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(work, "work");
        return Flux.usingWhen(
                opened(path, options.clone()),
                file -> work.apply(new LoopFile(loop, file)),
                this::closed,
                (file, error) -> closed(file),
                this::closed);
    }

    private Mono<FileHandle> opened(Path path, OpenOption[] options) {
        // A file may come in the instant in which another thread cancels.
        return LoopMono.abortable(loop, signal -> files.open(path, signal, options))
                .doOnDiscard(FileHandle.class, FileHandle::close);
    }

    private Mono<Void> closed(FileHandle file) {
        return LoopMono.defer(loop, file::close);
    }

    @Override
    public String toString() {
        return "LoopFiles on " + loop;
    }
}
