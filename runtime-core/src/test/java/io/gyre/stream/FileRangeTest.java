package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Chunks that go from a source to a sink as ranges of a file, and when they do not. */
@Timeout(60)
class FileRangeTest {

    private static final int PIECE = 10;

    @TempDir
    Path folder;

    private final EventLoop loop = EventLoop.create();
    private final List<String> seen = new ArrayList<>();
    private Path path;
    private FileChannel file;
    private int open;

    @BeforeEach
    void makeFile() throws IOException {
        path = Files.writeString(folder.resolve("numbers"), "0123456789".repeat(3));
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @AfterEach
    void nothingIsLeftOpen() throws IOException {
        file.close();
        assertThat(open).as("ranges that were not released").isZero();
    }

    /** Three pieces, each as a range if it is taken. */
    private final class Source extends AbstractReadable<Buffer> {

        private int position;

        Source() {
            super(loop, StreamOptions.bytes().highWaterMark(PIECE));
        }

        @Override
        protected boolean offersRanges() {
            return true;
        }

        @Override
        protected void doRead(int n) {
            if (position == 3 * PIECE) {
                pushEnd();
            } else if (takesRange()) {
                position += PIECE;
                pushRange(range(position - PIECE));
            } else {
                position += PIECE;
                loop.setImmediate(() -> push(Buffer.utf8("0123456789")));
            }
        }
    }

    private FileRange range(int position) {
        open++;
        return new FileRange(path, file, position, PIECE, () -> open--);
    }

    /** Takes ranges while it is told to, and is done with each piece an immediate later. */
    private final class Sink extends AbstractWritable<Buffer> {

        private boolean ranges = true;

        Sink() {
            super(loop, StreamOptions.bytes().highWaterMark(PIECE));
        }

        @Override
        protected boolean takesRanges() {
            return ranges;
        }

        @Override
        protected void doWriteRange(FileRange range, Callback callback) {
            seen.add("range at " + range.position());
            assertThat(writableLength()).isEqualTo(PIECE);
            loop.setImmediate(() -> {
                range.release();
                callback.done();
            });
        }

        @Override
        protected void doWrite(Buffer chunk, Callback callback) {
            seen.add("bytes " + chunk);
            loop.setImmediate(callback::done);
        }
    }

    @Test
    void ranges_go_through_a_pipe_with_the_events_of_chunks() {
        loop.run(() -> {
            Sink sink = new Sink();
            sink.onDrain(() -> seen.add("drain"));
            sink.onFinish(() -> seen.add("finish"));
            Source source = new Source();
            source.onEnd(() -> seen.add("end"));
            source.pipe(sink);
        });
        assertThat(seen)
                .containsExactly(
                        "range at 0", "drain", "range at 10", "drain", "range at 20", "drain", "end", "finish");
    }

    @Test
    void a_sink_that_takes_ranges_no_longer_gets_bytes() {
        loop.run(() -> {
            Sink sink = new Sink();
            sink.onDrain(() -> sink.ranges = false);
            new Source().pipe(sink);
        });
        assertThat(seen).containsExactly("range at 0", "bytes 0123456789", "bytes 0123456789");
    }

    @Test
    void a_duplex_gets_bytes() {
        loop.run(() -> {
            AbstractDuplex<Buffer, Buffer> duplex = new AbstractDuplex<>(loop, DuplexOptions.bytes()) {
                @Override
                protected void doWrite(Buffer chunk, Callback callback) {
                    seen.add("bytes " + chunk);
                    loop.setImmediate(callback::done);
                }

                @Override
                protected void doFinal(Callback callback) {
                    pushEnd();
                    callback.done();
                }

                @Override
                protected void doRead(int n) {}
            };
            duplex.onClose(() -> seen.add("close"));
            new Source().pipe(duplex);
            duplex.resume();
        });
        assertThat(seen).containsExactly("bytes 0123456789", "bytes 0123456789", "bytes 0123456789", "close");
    }

    @Test
    void with_a_second_consumer_everybody_gets_bytes() {
        loop.run(() -> {
            Source source = new Source();
            source.pipe(new Sink());
            source.pipe(new Sink());
        });
        assertThat(seen).hasSize(6).containsOnly("bytes 0123456789");
    }

    @Test
    void a_sink_that_is_corked_is_not_idle() {
        loop.run(() -> {
            Sink sink = new Sink();
            sink.cork();
            new Source().pipe(sink);
            loop.setImmediate(sink::uncork);
        });
        assertThat(seen).containsExactly("bytes 0123456789", "range at 10", "range at 20");
    }

    @Test
    void a_pause_between_two_ranges_reads_nothing_ahead_and_unpipe_reads_on() {
        loop.run(() -> {
            Source source = new Source();
            Sink sink = new Sink();
            sink.onDrain(() -> {
                assertThat(source.readableLength()).isZero();
                source.unpipe(sink);
                source.onData(chunk -> seen.add("data " + chunk));
                source.resume();
            });
            source.pipe(sink);
        });
        assertThat(seen).containsExactly("range at 0", "data 0123456789", "data 0123456789");
    }

    @Test
    void a_range_that_nobody_takes_is_refused() {
        List<Throwable> errors = new ArrayList<>();
        loop.run(() -> {
            Source source = new Source();
            source.onError(errors::add);
            FileRange range = range(0);
            assertThatThrownBy(() -> source.pushRange(range))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nobody takes 10 bytes at 0 of '" + path + "'");
            range.release();
            range.release();
        });
        assertThat(open).isZero();
    }

    @Test
    void a_range_says_whether_its_bytes_are_gone() throws IOException {
        FileRange range = range(20);
        IOException cause = new IOException("short write");
        assertThat(range.failure(cause)).isSameAs(cause);
        file.truncate(25);
        assertThat(range.failure(cause))
                .hasMessage("'" + path + "' has become shorter while it was sent: it has 25 bytes, "
                        + "but those from 20 to 29 were due")
                .hasCause(cause);
        range.release();
        assertThatThrownBy(() -> new FileRange(path, file, 0, 0, () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a range of 0 bytes at 0");
    }
}
