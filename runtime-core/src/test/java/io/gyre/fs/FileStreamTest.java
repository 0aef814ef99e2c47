package io.gyre.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.Pipeline;
import io.gyre.stream.StreamException;
import io.gyre.stream.StreamOptions;
import io.gyre.work.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileStreamTest {

    @TempDir
    Path folder;

    private EventLoop loop;
    private FileSystem files;
    private final List<String> seen = new ArrayList<>();

    @BeforeEach
    void makeLoop() {
        loop = EventLoop.create();
        files = FileSystem.of(loop);
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(folder.resolve("data-" + size), bytes);
    }

    private void watch(ReadStream stream) {
        stream.onOpen(() -> seen.add("open"));
        stream.onReady(() -> seen.add("ready"));
        stream.onEnd(() -> seen.add("end"));
        stream.onError(error -> seen.add("error " + error.getMessage()));
        stream.onClose(() -> seen.add("close"));
    }

    @Test
    void readsChunkByChunkToTheEndAndCloses() throws IOException {
        Path path = file(150_000);
        List<Buffer> chunks = new ArrayList<>();
        int exit = loop.run(() -> {
            ReadStream stream = files.createReadStream(path);
            watch(stream);
            assertThat(stream.isPending()).isTrue();
            stream.onData(chunks::add);
            stream.onClose(() -> seen.add("read " + stream.bytesRead()));
        });
        assertThat(exit).isZero();
        assertThat(chunks).extracting(Buffer::length).containsExactly(65536, 65536, 18928);
        assertThat(Buffer.concat(chunks).toByteArray()).isEqualTo(Files.readAllBytes(path));
        assertThat(seen).containsExactly("open", "ready", "end", "close", "read 150000");
    }

    @Test
    void readsTheRangeInclusiveOfItsEnd() throws IOException {
        Path path = Files.writeString(folder.resolve("digits"), "0123456789");
        assertThat(read(path, ReadStreamOptions.defaults().start(2).end(5))).isEqualTo("2345");
        assertThat(read(path, ReadStreamOptions.defaults().end(0))).isEqualTo("0");
        assertThat(read(path, ReadStreamOptions.defaults().start(8).end(100))).isEqualTo("89");
        assertThat(read(path, ReadStreamOptions.defaults().start(20))).isEmpty();
        assertThat(read(path, ReadStreamOptions.defaults().highWaterMark(3))).isEqualTo("0123456789");
        assertThatThrownBy(() -> ReadStreamOptions.defaults().end(1).start(2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("start must be at most end (1)");
    }

    private String read(Path path, ReadStreamOptions options) {
        EventLoop own = EventLoop.create();
        StringBuilder text = new StringBuilder();
        own.run(() -> FileSystem.of(own).createReadStream(path, options).onData(text::append));
        return text.toString();
    }

    @Test
    void everyChunkButTheLastHasTheLengthThatWasAskedFor() throws IOException {
        Path path = file(5_000_001);
        for (int length : new int[] {1000, 65_536, 100_000, 300_000, 3_000_000}) {
            EventLoop own = EventLoop.create();
            List<Buffer> chunks = new ArrayList<>();
            own.run(() -> FileSystem.of(own)
                    .createReadStream(path, ReadStreamOptions.defaults().highWaterMark(length))
                    .onData(chunks::add));
            assertThat(chunks.subList(0, chunks.size() - 1))
                    .extracting(Buffer::length)
                    .containsOnly(length);
            assertThat(Buffer.concat(chunks).toByteArray()).isEqualTo(Files.readAllBytes(path));
        }
    }

    @Test
    void aFileThatBecomesShorterMeanwhileEndsThere() throws IOException {
        Path path = file(3_000_000);
        long[] read = new long[1];
        loop.run(() -> {
            ReadStream stream = files.createReadStream(path);
            watch(stream);
            stream.onData(chunk -> {
                if (read[0] == 0) {
                    cut(path, 100_000);
                }
                read[0] += chunk.length();
            });
        });
        assertThat(read[0]).isEqualTo(100_000);
        assertThat(seen).endsWith("end", "close");
    }

    private static void cut(Path path, long size) {
        try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.truncate(size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void anEmptyFileHasAnEndAndNoChunk() throws IOException {
        Path path = file(0);
        loop.run(() -> {
            ReadStream stream = files.createReadStream(path);
            watch(stream);
            stream.onData(chunk -> seen.add("data"));
        });
        assertThat(seen).containsExactly("open", "ready", "end", "close");
    }

    @Test
    void aMissingFileIsNodesError() {
        Path path = folder.resolve("none");
        List<Throwable> errors = new ArrayList<>();
        loop.run(() -> {
            ReadStream stream = files.createReadStream(path);
            watch(stream);
            stream.onError(errors::add);
            stream.resume();
        });
        assertThat(seen).containsExactly("error ENOENT: no such file or directory, open '" + path + "'", "close");
        FsException error = (FsException) errors.get(0);
        assertThat(error.code()).isEqualTo("ENOENT");
        assertThat(error.syscall()).isEqualTo("open");
        assertThat(error.path()).isEqualTo(path.toString());
    }

    @Test
    void aDirectoryOpensButCannotBeRead() {
        loop.run(() -> {
            ReadStream stream = files.createReadStream(folder);
            watch(stream);
            stream.resume();
        });
        assertThat(seen)
                .containsExactly("open", "ready", "error EISDIR: illegal operation on a directory, read", "close");
    }

    @Test
    void aPathThroughAFileIsNoDirectory() throws IOException {
        Path path = file(1).resolve("below");
        loop.run(() -> watch(files.createReadStream(path)));
        assertThat(seen).containsExactly("error ENOTDIR: not a directory, open '" + path + "'", "close");
    }

    @Test
    void aForbiddenFileIsNodesError() throws IOException {
        Path path = file(1);
        Assumptions.assumeTrue(path.toFile().setReadable(false) && !Files.isReadable(path), "root may read anything");
        loop.run(() -> watch(files.createReadStream(path)));
        assertThat(seen).containsExactly("error EACCES: permission denied, open '" + path + "'", "close");
    }

    @Test
    void anErrorWithoutAListenerEndsTheLoop() {
        int exit = loop.run(() -> files.createReadStream(folder.resolve("none")));
        assertThat(exit).isEqualTo(1);
    }

    @Test
    void aFileThatShrinksEndsWhereItEnds() throws IOException {
        Path path = file(200_000);
        int[] bytes = new int[1];
        loop.run(() -> {
            ReadStream stream = files.createReadStream(
                    path, ReadStreamOptions.defaults().highWaterMark(10_000).start(0));
            watch(stream);
            stream.onData(chunk -> {
                if (bytes[0] == 0) {
                    truncate(path, 15_000);
                }
                bytes[0] += chunk.length();
            });
        });
        assertThat(seen).containsExactly("open", "ready", "end", "close");
        assertThat(bytes[0]).isBetween(10_000, 30_000);
    }

    private static void truncate(Path path, long size) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void destroyInEveryStateClosesTheFile() throws IOException {
        Path path = file(300_000);
        List<BiConsumer<ReadStream, Runnable>> moments = List.of(
                (stream, destroy) -> destroy.run(),
                (stream, destroy) -> loop.nextTick(destroy),
                (stream, destroy) -> stream.onOpen(destroy),
                (stream, destroy) -> stream.onReady(() -> loop.nextTick(destroy)),
                (stream, destroy) -> stream.onReady(() -> {
                    // The first read is under way by then.
                    stream.resume();
                    loop.nextTick(() -> loop.nextTick(() -> loop.nextTick(destroy)));
                }),
                (stream, destroy) -> stream.onData(chunk -> destroy.run()),
                (stream, destroy) -> {
                    stream.onData(chunk -> {});
                    stream.onEnd(destroy);
                },
                (stream, destroy) -> {
                    stream.onData(chunk -> {});
                    stream.onClose(destroy);
                });
        for (BiConsumer<ReadStream, Runnable> moment : moments) {
            for (boolean withError : new boolean[] {false, true}) {
                EventLoop own = EventLoop.create();
                loop = own;
                long before = descriptors(path);
                List<String> events = new ArrayList<>();
                int exit = own.run(() -> {
                    ReadStream stream = FileSystem.of(own).createReadStream(path);
                    stream.onError(error -> events.add("error " + error.getMessage()));
                    stream.onClose(() -> events.add("close"));
                    moment.accept(stream, () -> stream.destroy(withError ? new IOException("given up") : null));
                    stream.onClose(() -> assertThat(stream.isPending()).isTrue());
                });
                assertThat(exit).isZero();
                assertThat(events).endsWith("close").doesNotHaveDuplicates();
                assertThat(descriptors(path)).isEqualTo(before);
            }
        }
    }

    /** How many descriptors of this process are open on a file. */
    private static long descriptors(Path path) throws IOException {
        Path self = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.isDirectory(self), "only Linux tells the open descriptors");
        try (var all = Files.list(self)) {
            return all.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).equals(path);
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @Test
    void aLoopThatEndsClosesWhatIsOpen() throws IOException {
        Path path = file(10);
        loop.run(() -> {
            ReadStream stream = files.createReadStream(path);
            stream.onReady(() -> {
                throw loop.exit(0);
            });
        });
        assertThat(descriptors(path)).isZero();
    }

    @Test
    void aFileThatIsOpenedWhileTheLoopEndsIsClosed() throws IOException {
        Path path = file(10);
        try (WorkerPool pool = WorkerPool.create(1)) {
            loop.run(() -> {
                FileSystem.of(loop, pool).open(path);
                while (pool.queued() + pool.active() > 0) {
                    Thread.onSpinWait();
                }
                throw loop.exit(0);
            });
        }
        assertThat(descriptors(path)).isZero();
    }

    @Test
    void destroyDuringAWriteIsNodesError() {
        loop.run(() -> {
            WriteStream stream = files.createWriteStream(folder.resolve("out"));
            stream.onError(error -> seen.add("error " + ((StreamException) error).code()));
            stream.onClose(() -> seen.add("close"));
            stream.onReady(() -> loop.nextTick(() -> loop.nextTick(() -> {
                stream.write(Buffer.wrap(new byte[2_000_000]), error -> seen.add("cb " + (error != null)));
                stream.destroy();
            })));
        });
        assertThat(seen).containsExactly("cb true", "error ERR_STREAM_DESTROYED", "close");
    }

    @Test
    void wholeFilesAreReadAndWritten() throws IOException {
        Path path = folder.resolve("whole");
        loop.run(() -> files.writeFile(path, Buffer.utf8("all of it"))
                .thenCompose(n -> files.readFile(path))
                .thenAccept(content -> {
                    seen.add(content.toString());
                    files.readFile(folder).catchError(error -> {
                        seen.add(String.valueOf(error.getMessage()));
                        return Buffer.empty();
                    });
                }));
        assertThat(seen).containsExactly("all of it", "EISDIR: illegal operation on a directory, read");
    }

    @Test
    void aStreamThatNobodyReadsDoesNotKeepTheLoopAlive() throws IOException {
        Path path = file(300_000);
        int exit = loop.run(() -> watch(files.createReadStream(path)));
        assertThat(exit).isZero();
        assertThat(seen).containsExactly("open", "ready");
        assertThat(descriptors(path)).isZero();
    }

    @Test
    void copiesThroughAPipeline() throws IOException {
        Path from = file(1_000_000);
        Path to = folder.resolve("copy");
        loop.run(() -> Pipeline.run(files.createReadStream(from), files.createWriteStream(to))
                .thenAccept(done -> seen.add("done")));
        assertThat(seen).containsExactly("done");
        assertThat(Files.mismatch(from, to)).isEqualTo(-1);
        assertThat(descriptors(from) + descriptors(to)).isZero();
    }

    @Test
    void aPipelineIntoAMissingFolderFailsAndClosesTheSource() throws IOException {
        Path from = file(1_000_000);
        Path to = folder.resolve("none").resolve("copy");
        loop.run(() -> Pipeline.run(
                files.createReadStream(from),
                files.createWriteStream(to),
                error -> seen.add(String.valueOf(error == null ? null : error.getMessage()))));
        assertThat(seen).containsExactly("ENOENT: no such file or directory, open '" + to + "'");
        assertThat(descriptors(from)).isZero();
    }

    @Test
    void writesInOrderFinishesAndCloses() throws IOException {
        Path path = folder.resolve("out");
        loop.run(() -> {
            WriteStream stream =
                    files.createWriteStream(path, WriteStreamOptions.defaults().flush(true));
            stream.onOpen(() -> seen.add("open"));
            stream.onReady(() -> seen.add("ready"));
            stream.onFinish(() -> seen.add("finish " + stream.bytesWritten()));
            stream.onClose(() -> seen.add("close"));
            stream.write(Buffer.utf8("one "), error -> seen.add("cb " + error));
            stream.write(Buffer.utf8("two "));
            stream.end(Buffer.utf8("three"));
        });
        assertThat(Files.readString(path)).isEqualTo("one two three");
        assertThat(seen).containsExactly("open", "ready", "cb null", "finish 13", "close");
    }

    @Test
    void writesAtAPosition() throws IOException {
        Path path = Files.writeString(folder.resolve("out"), "0123456789");
        loop.run(() -> {
            WriteStream stream = files.createWriteStream(
                    path,
                    WriteStreamOptions.defaults()
                            .flags(StandardOpenOption.WRITE)
                            .start(3));
            stream.write(Buffer.utf8("ab"));
            stream.end(Buffer.utf8("c"));
        });
        assertThat(Files.readString(path)).isEqualTo("012abc6789");
    }

    @Test
    void destroyDuringAWriteWaitsAndCloses() throws IOException {
        Path path = folder.resolve("out");
        loop.run(() -> {
            WriteStream stream = files.createWriteStream(path);
            stream.onError(error -> seen.add("error " + error.getMessage()));
            stream.onClose(() -> seen.add("close"));
            stream.onReady(() -> loop.nextTick(() -> loop.nextTick(() -> {
                stream.write(Buffer.wrap(new byte[2_000_000]));
                stream.destroy(new IOException("given up"));
            })));
        });
        assertThat(seen).containsExactly("error given up", "close");
        assertThat(descriptors(path)).isZero();
    }

    @Test
    void statTellsAndFails() throws IOException {
        Path path = file(42);
        loop.run(() -> {
            files.stat(path).thenAccept(s -> seen.add(s.size() + " " + s.isFile() + " " + s.isDirectory()));
            files.stat(folder).thenAccept(s -> seen.add("dir " + s.isDirectory()));
            files.stat(folder.resolve("none")).catchError(error -> {
                seen.add(String.valueOf(error.getMessage()));
                return new FileStats(
                        0, false, false, false, java.time.Instant.MIN, java.time.Instant.MIN, java.time.Instant.MIN);
            });
        });
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "42 true false",
                        "dir true",
                        "ENOENT: no such file or directory, stat '" + folder.resolve("none") + "'");
    }

    @Test
    void handlesReadWriteAndClose() throws IOException {
        Path path = Files.writeString(folder.resolve("out"), "0123456789");
        loop.run(() -> files.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)
                .thenAccept(handle -> {
                    handle.write(Buffer.utf8("xy"), 4)
                            .thenCompose(n -> handle.read(5, 3))
                            .thenAccept(bytes -> {
                                seen.add(bytes.toString());
                                handle.close().thenAccept(closed -> seen.add("closed"));
                                handle.close();
                                handle.read(1, 0).catchError(error -> {
                                    seen.add(String.valueOf(error.getMessage()));
                                    return Buffer.empty();
                                });
                            });
                }));
        assertThat(seen).containsExactly("3xy67", "EBADF: bad file descriptor, read", "closed");
        assertThat(descriptors(path)).isZero();
    }

    @Test
    void aSlowSinkHoldsTheFileBack() throws IOException {
        Path path = file(1_000_000);
        loop.run(() -> {
            ReadStream source =
                    files.createReadStream(path, ReadStreamOptions.defaults().highWaterMark(1000));
            long[] taken = new long[1];
            long[] most = new long[1];
            AbstractWritable<Buffer> sink =
                    new AbstractWritable<>(loop, StreamOptions.bytes().highWaterMark(500)) {
                        @Override
                        protected void doWrite(Buffer chunk, Callback callback) {
                            taken[0] += chunk.length();
                            most[0] = Math.max(most[0], source.bytesRead() - taken[0]);
                            loop.setImmediate(callback::done);
                        }
                    };
            source.pipe(sink).onClose(() -> seen.add("taken " + taken[0] + " ahead " + (most[0] <= 2000)));
        });
        assertThat(seen).containsExactly("taken 1000000 ahead true");
    }
}
