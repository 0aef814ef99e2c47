package io.gyre.reactor;

import io.gyre.buffer.Buffer;
import io.gyre.fs.FileHandle;
import io.gyre.loop.EventLoop;
import java.nio.file.Path;
import reactor.core.publisher.Mono;

/**
 * An open file, lent by {@link LoopFiles#using}. Each mono does its work when it is subscribed to, from any thread, and
 * tells its outcome on the loop's. After the file was given back they fail.
 */
public final class LoopFile {

    private final FileHandle file;
    private final EventLoop loop;

    LoopFile(EventLoop loop, FileHandle file) {
        this.file = file;
        this.loop = loop;
    }

    /**
     * Says which file this is.
     *
     * @return the path it was opened with
     */
    public Path path() {
        return file.path();
    }

    /**
     * Reads up to so many bytes.
     *
     * @param length how many at most
     * @param position where in the file
     * @return what was there; empty at the end of the file
     */
    public Mono<Buffer> read(int length, long position) {
        return LoopMono.defer(loop, () -> file.read(length, position));
    }

    /**
     * Writes bytes.
     *
     * @param bytes what
     * @param position where in the file
     * @return how many were written: all of them
     */
    public Mono<Long> write(Buffer bytes, long position) {
        return LoopMono.defer(loop, () -> file.write(bytes, position));
    }

    /**
     * Asks for the size.
     *
     * @return in bytes
     */
    public Mono<Long> size() {
        return LoopMono.defer(loop, file::size);
    }

    /**
     * Waits until what was written is on the disk.
     *
     * @return completes then
     */
    public Mono<Void> sync() {
        return LoopMono.defer(loop, file::sync).then();
    }

    @Override
    public String toString() {
        return "LoopFile(" + loop.name() + ")";
    }
}
