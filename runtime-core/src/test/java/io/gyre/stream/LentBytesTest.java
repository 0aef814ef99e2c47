package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Chunks that a source lends, where they go, and when they become ordinary ones. */
@Timeout(120)
class LentBytesTest {

    private final LoanPuppets puppets = new LoanPuppets();
    private final EventLoop loop = puppets.loop;
    private final List<String> seen = puppets.seen;

    @AfterEach
    void everythingIsReleased() {
        assertThat(puppets.held).as("bytes that were not released").isZero();
    }

    private PassThrough<Buffer> passThrough() {
        return new PassThrough<>(loop, DuplexOptions.bytes());
    }

    private Transform<Buffer, Buffer> peek() {
        return Transform.peek(loop, DuplexOptions.bytes(), bytes -> seen.add("peek " + LoanPuppets.text(bytes)));
    }

    @Test
    void a_pipe_hands_them_over_with_the_events_of_chunks() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onDrain(() -> seen.add("drain"));
            sink.onFinish(() -> seen.add("finish"));
            LoanPuppets.Source source = puppets.lender();
            source.onEnd(() -> seen.add("end"));
            source.pipe(sink);
        });
        assertThat(seen)
                .containsExactly(
                        "lent 1111111111",
                        "drain",
                        "lent 2222222222",
                        "drain",
                        "lent 3333333333",
                        "drain",
                        "end",
                        "finish");
    }

    @Test
    void stages_that_keep_nothing_hand_them_on() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onFinish(() -> seen.add("finish"));
            puppets.lender().pipe(passThrough()).pipe(peek()).pipe(sink);
        });
        assertThat(seen)
                .containsExactly(
                        "peek 1111111111",
                        "lent 1111111111",
                        "peek 2222222222",
                        "lent 2222222222",
                        "peek 3333333333",
                        "lent 3333333333",
                        "finish");
    }

    @Test
    void a_sink_without_room_holds_the_source_back_through_the_stages() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.byHand = true;
            LoanPuppets.Source source = puppets.lender();
            PassThrough<Buffer> stage = passThrough();
            source.pipe(stage).pipe(sink);
            source.onPause(() -> loop.setImmediate(() -> loop.setImmediate(() -> {
                if (source.isReadableEnded()) {
                    // The end of the pipe.
                    return;
                }
                assertThat(source.number).as("read").isEqualTo(lentSoFar());
                assertThat(puppets.held).as("held").isEqualTo(1);
                assertThat(source.readableLength()).isZero();
                assertThat(stage.readableLength()).isZero();
                assertThat(stage.writableLength()).isEqualTo(LoanPuppets.PIECE);
                sink.done.run();
            })));
        });
        assertThat(seen).containsExactly("lent 1111111111", "lent 2222222222", "lent 3333333333");
    }

    private int lentSoFar() {
        return (int) seen.stream().filter(event -> event.startsWith("lent")).count();
    }

    @Test
    void a_sink_that_has_room_for_chunks_is_lent_what_comes_when_they_are_written() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink(5 * LoanPuppets.PIECE);
            sink.onFinish(() -> seen.add("finish"));
            sink.byHand = true;
            LoanPuppets.Source source = puppets.lender();
            source.firstLent = 2;
            source.pipe(peek()).pipe(sink);
            afterImmediates(5, () -> {
                assertThat(seen).containsExactly("peek 1111111111", "chunk 1111111111");
                sink.byHand = false;
                sink.done.run();
            });
        });
        assertThat(seen)
                .containsExactly(
                        "peek 1111111111",
                        "chunk 1111111111",
                        "peek 2222222222",
                        "lent 2222222222",
                        "peek 3333333333",
                        "lent 3333333333",
                        "finish");
    }

    private void afterImmediates(int number, Runnable then) {
        loop.setImmediate(number == 1 ? then : () -> afterImmediates(number - 1, then));
    }

    @Test
    void a_stage_that_may_keep_them_gets_chunks() {
        List<Buffer> kept = new ArrayList<>();
        puppets.run(() -> {
            Transform<Buffer, Buffer> keeping = Transform.of(loop, DuplexOptions.bytes(), (chunk, output) -> {
                kept.add(chunk);
                output.done(chunk);
            });
            puppets.lender().pipe(keeping).pipe(puppets.new Sink());
        });
        assertThat(kept).extracting(Buffer::toString).containsExactly("1111111111", "2222222222", "3333333333");
        assertThat(seen).containsExactly("chunk 1111111111", "chunk 2222222222", "chunk 3333333333");
    }

    @Test
    void a_second_reader_of_a_stage_gets_chunks() {
        puppets.run(() -> {
            PassThrough<Buffer> stage = passThrough();
            stage.onData(chunk -> seen.add("data " + chunk));
            puppets.lender().pipe(stage).pipe(puppets.new Sink());
        });
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "data 1111111111",
                        "chunk 1111111111",
                        "data 2222222222",
                        "chunk 2222222222",
                        "data 3333333333",
                        "chunk 3333333333");
    }

    @Test
    void a_sink_that_takes_them_no_longer_gets_chunks_and_peek_sees_these_too() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onDrain(() -> sink.takes = false);
            puppets.lender().pipe(peek()).pipe(sink);
        });
        assertThat(seen)
                .containsSubsequence("peek 1111111111", "peek 2222222222", "peek 3333333333")
                .containsSubsequence("lent 1111111111", "chunk 2222222222", "chunk 3333333333")
                .hasSize(6);
    }

    @Test
    void what_comes_after_chunks_that_wait_keeps_its_place() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            PassThrough<Buffer> stage = passThrough();
            stage.write(Buffer.utf8("before"));
            stage.pipe(sink);
            puppets.lender().pipe(stage);
        });
        assertThat(seen.get(0)).isEqualTo("chunk before");
        assertThat(seen.stream().map(event -> event.substring(event.indexOf(' ') + 1)))
                .containsExactly("before", "1111111111", "2222222222", "3333333333");
    }

    @Test
    void unpiping_a_stage_that_holds_the_source_back_lets_it_read_on() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.byHand = true;
            PassThrough<Buffer> stage = passThrough();
            LoanPuppets.Source source = puppets.lender();
            source.pipe(stage).pipe(sink);
            source.onPause(() -> {
                if (seen.size() == 1) {
                    stage.unpipe(sink);
                    stage.onData(chunk -> seen.add("data " + chunk));
                    stage.resume();
                    sink.done.run();
                }
            });
        });
        assertThat(seen).containsExactly("lent 1111111111", "data 2222222222", "data 3333333333");
    }

    @Test
    void a_look_that_throws_releases_them() {
        IllegalStateException broken = new IllegalStateException("broken");
        List<Throwable> errors = new ArrayList<>();
        EventLoop other = EventLoop.create();
        other.onUncaughtException((error, origin) -> errors.add(error));
        other.run(() -> {
            AbstractReadable<Buffer> source = new AbstractReadable<>(other, StreamOptions.bytes()) {
                @Override
                protected void doRead(int n) {
                    other.setImmediate(() -> pushLent(puppets.lend(1)));
                }
            };
            AbstractWritable<Buffer> sink = new AbstractWritable<>(other, StreamOptions.bytes()) {
                @Override
                protected boolean takesLent() {
                    return true;
                }

                @Override
                protected void doWrite(Buffer chunk, Callback callback) {
                    callback.done();
                }
            };
            source.pipe(Transform.peek(other, DuplexOptions.bytes(), bytes -> {
                        throw broken;
                    }))
                    .pipe(sink);
        });
        assertThat(errors).containsExactly(broken);
    }

    @Test
    void a_look_may_pause_unpipe_or_destroy() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            List<Transform<Buffer, Buffer>> stage = new ArrayList<>();
            stage.add(Transform.peek(loop, DuplexOptions.bytes(), bytes -> {
                String text = LoanPuppets.text(bytes);
                seen.add("peek " + text);
                if (text.startsWith("1")) {
                    stage.get(0).pause();
                    loop.setImmediate(() -> stage.get(0).resume());
                } else if (text.startsWith("2")) {
                    stage.get(0).unpipe(sink);
                    stage.get(0).onData(chunk -> seen.add("data " + chunk));
                    stage.get(0).resume();
                } else {
                    stage.get(0).destroy();
                }
            }));
            LoanPuppets.Source source = puppets.lender();
            source.pipe(stage.get(0)).pipe(sink);
        });
        assertThat(seen)
                .containsExactly(
                        "peek 1111111111", "chunk 1111111111", "peek 2222222222", "data 2222222222", "peek 3333333333");
    }

    @Test
    void the_view_of_a_look_cannot_be_written_to() {
        List<Boolean> readOnly = new ArrayList<>();
        puppets.run(() -> puppets.lender()
                .pipe(Transform.peek(loop, DuplexOptions.bytes(), bytes -> readOnly.add(bytes.isReadOnly())))
                .pipe(puppets.new Sink()));
        assertThat(readOnly).containsExactly(true, true, true);
    }

    @Test
    void what_nobody_takes_is_refused() {
        puppets.run(() -> {
            LentBytes bytes = puppets.lend(1);
            assertThatThrownBy(() -> puppets.lender().pushLent(bytes))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("nobody takes 10 lent bytes");
            Buffer copy = bytes.toBuffer();
            assertThat(copy).hasToString("1111111111");
            bytes.release();
            assertThatThrownBy(bytes::bytes)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("these 10 bytes were lent");
            assertThatThrownBy(bytes::toBuffer).isInstanceOf(IllegalStateException.class);
        });
        assertThatThrownBy(() -> new LentBytes(ByteBuffer.allocate(1), () -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not a direct, writable buffer");
        assertThatThrownBy(() -> new LentBytes(ByteBuffer.allocateDirect(0), () -> {}))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
