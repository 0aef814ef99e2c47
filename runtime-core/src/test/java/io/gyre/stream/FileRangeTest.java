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
@Timeout(120)
class FileRangeTest {

    @TempDir
    Path folder;

    private final LoanPuppets puppets = new LoanPuppets();
    private final EventLoop loop = puppets.loop;
    private final List<String> seen = puppets.seen;
    private Path path;
    private FileChannel file;

    @BeforeEach
    void makeFile() throws IOException {
        path = Files.writeString(
                folder.resolve("numbers"), LoanPuppets.text(1) + LoanPuppets.text(2) + LoanPuppets.text(3));
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @AfterEach
    void nothingIsLeftOpen() throws IOException {
        file.close();
        assertThat(puppets.held).as("ranges that were not released").isZero();
    }

    private LoanPuppets.Source ranges() {
        return puppets.ranges(number -> range((number - 1) * LoanPuppets.PIECE));
    }

    private FileRange range(int position) {
        puppets.held++;
        return new FileRange(path, file, position, LoanPuppets.PIECE, () -> puppets.held--);
    }

    @Test
    void ranges_go_through_a_pipe_with_the_events_of_chunks() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onDrain(() -> seen.add("drain"));
            sink.onFinish(() -> seen.add("finish"));
            LoanPuppets.Source source = ranges();
            source.onEnd(() -> seen.add("end"));
            source.pipe(sink);
        });
        assertThat(seen)
                .containsExactly(
                        "range at 0", "drain", "range at 10", "drain", "range at 20", "drain", "end", "finish");
    }

    @Test
    void a_sink_that_takes_ranges_no_longer_gets_bytes() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onDrain(() -> sink.takes = false);
            ranges().pipe(sink);
        });
        assertThat(seen).containsExactly("range at 0", "chunk 2222222222", "chunk 3333333333");
    }

    @Test
    void a_duplex_gets_bytes() {
        puppets.run(() -> {
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
            ranges().pipe(duplex);
            duplex.resume();
        });
        assertThat(seen).containsExactly("bytes 1111111111", "bytes 2222222222", "bytes 3333333333", "close");
    }

    @Test
    void with_a_second_consumer_everybody_gets_bytes() {
        puppets.run(() -> {
            LoanPuppets.Source source = ranges();
            source.pipe(puppets.new Sink());
            source.pipe(puppets.new Sink());
        });
        assertThat(seen).hasSize(6).containsOnly("chunk 1111111111", "chunk 2222222222", "chunk 3333333333");
    }

    @Test
    void a_sink_that_is_corked_is_not_idle() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.cork();
            ranges().pipe(sink);
            loop.setImmediate(() -> loop.setImmediate(sink::uncork));
        });
        assertThat(seen).containsExactly("chunk 1111111111", "range at 10", "range at 20");
    }

    @Test
    void a_pause_between_two_ranges_reads_nothing_ahead_and_unpipe_reads_on() {
        puppets.run(() -> {
            LoanPuppets.Source source = ranges();
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onDrain(() -> {
                assertThat(source.readableLength()).isZero();
                source.unpipe(sink);
                source.onData(chunk -> seen.add("data " + chunk));
                source.resume();
            });
            source.pipe(sink);
        });
        assertThat(seen).containsExactly("range at 0", "data 2222222222", "data 3333333333");
    }

    @Test
    void a_range_that_nobody_takes_is_refused() {
        List<Throwable> errors = new ArrayList<>();
        puppets.run(() -> {
            LoanPuppets.Source source = ranges();
            source.onError(errors::add);
            FileRange range = range(0);
            assertThatThrownBy(() -> source.pushRange(range))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nobody takes 10 bytes at 0 of '" + path + "'");
            range.release();
            range.release();
        });
        assertThat(puppets.held).isZero();
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
