package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BufferLimitTest {

    /** Takes the first chunk and never calls back. */
    private static final class Stuck<T> extends AbstractWritable<T> {

        private final String name;

        Stuck(EventLoop loop, StreamOptions<T> options, String name) {
            super(loop, options);
            this.name = name;
        }

        @Override
        protected void doWrite(T chunk, Callback callback) {}

        @Override
        public String toString() {
            return name;
        }
    }

    private static String logged(Consumer<EventLoop> main) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            EventLoop loop = EventLoop.create();
            loop.run(() -> main.accept(loop));
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whoGoesOnFarOverTheMarkIsToldOnceAndWithThePlace() {
        String log = logged(loop -> {
            Stuck<String> sink =
                    new Stuck<>(loop, StreamOptions.<String>objects().highWaterMark(2), "the heedless one");
            for (int i = 0; i < 100; i++) {
                sink.write("chunk");
            }
            assertThat(sink.writableLength()).isEqualTo(100);
        });
        assertThat(log.lines().filter(line -> line.contains("the heedless one")))
                .singleElement()
                .asString()
                .contains("holds 33,", "highWaterMark of 2", "BufferLimitTest", "BufferLimitTest.java:");
    }

    @Test
    void whoWaitsForDrainIsNotTold() {
        String log = logged(loop -> {
            Stuck<Buffer> sink = new Stuck<>(loop, StreamOptions.bytes().highWaterMark(1), "one big chunk");
            assertThat(sink.write(Buffer.wrap(new byte[1000]))).isFalse();
        });
        assertThat(log).doesNotContain("one big chunk");
    }

    @Test
    void beyondTheLimitTheStreamBreaksAndTheChunkIsNotTaken() {
        EventLoop loop = EventLoop.create();
        List<String> seen = new ArrayList<>();
        loop.run(() -> {
            Stuck<Buffer> sink =
                    new Stuck<>(loop, StreamOptions.bytes().highWaterMark(2).maxBufferedLength(5), "limited");
            sink.onError(error -> seen.add(((StreamException) error).code() + " " + error.getMessage()));
            sink.write(Buffer.utf8("abc"), error -> seen.add("first"));
            sink.write(Buffer.utf8("de"));
            seen.add(sink.isWritable() + " " + sink.writableLength());
            seen.add("" + sink.write(Buffer.utf8("f"), error -> seen.add("cb " + ((StreamException) error).code())));
            seen.add(sink.isDestroyed() + " " + sink.writableLength());
        });
        assertThat(seen)
                .containsExactly(
                        "true 5",
                        "false",
                        "true 5",
                        "cb ERR_STREAM_BUFFER_LIMIT",
                        "ERR_STREAM_BUFFER_LIMIT the writable side would hold 6, more than its maxBufferedLength of 5");
    }

    @Test
    void theLastChunkMayBeTooMuchAsWell() {
        EventLoop loop = EventLoop.create();
        List<String> seen = new ArrayList<>();
        loop.run(() -> {
            Stuck<Buffer> sink = new Stuck<>(loop, StreamOptions.bytes().maxBufferedLength(2), "limited");
            sink.onError(error -> seen.add("error"));
            sink.end(Buffer.utf8("abc"), error -> seen.add("cb " + ((StreamException) error).code()));
        });
        assertThat(seen).containsExactlyInAnyOrder("cb ERR_STREAM_BUFFER_LIMIT", "error");
    }

    @Test
    void aSourceThatPushesTooMuchBreaksToo() {
        EventLoop loop = EventLoop.create();
        List<String> seen = new ArrayList<>();
        loop.run(() -> {
            AbstractReadable<String> source =
                    new AbstractReadable<>(loop, StreamOptions.<String>objects().maxBufferedLength(2)) {
                        @Override
                        protected void doRead(int n) {}
                    };
            source.onError(error -> seen.add(((StreamException) error).code()));
            seen.add("" + source.push("a") + source.push("b") + source.push("c"));
        });
        assertThat(seen).containsExactly("truetruefalse", "ERR_STREAM_BUFFER_LIMIT");
    }
}
