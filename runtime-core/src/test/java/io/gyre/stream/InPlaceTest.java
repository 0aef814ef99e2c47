package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Stages that change bytes where they are: in memory that is lent, and in copies of chunks. */
@Timeout(120)
class InPlaceTest {

    private final LoanPuppets puppets = new LoanPuppets();
    private final EventLoop loop = puppets.loop;
    private final List<String> seen = puppets.seen;

    @AfterEach
    void everythingIsReleased() {
        assertThat(puppets.held).as("bytes that were not released").isZero();
    }

    /** Makes 4, 5 and 6 of 1, 2 and 3. */
    private static void addThree(LentBytes lent) {
        ByteBuffer bytes = lent.bytes();
        for (int i = 0; i < bytes.limit(); i++) {
            bytes.put(i, (byte) (bytes.get(i) + 3));
        }
    }

    private Transform<Buffer, Buffer> inPlace(Consumer<LentBytes> step) {
        return Transform.inPlace(loop, DuplexOptions.bytes(), step);
    }

    @Test
    void lent_bytes_go_on_as_they_were_changed() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onFinish(() -> seen.add("finish"));
            puppets.lender()
                    .pipe(inPlace(InPlaceTest::addThree))
                    .pipe(inPlace(InPlaceTest::addThree))
                    .pipe(sink);
        });
        assertThat(seen).containsExactly("lent 7777777777", "lent 8888888888", "lent 9999999999", "finish");
    }

    @Test
    void of_a_chunk_a_copy_is_changed() {
        Buffer chunk = Buffer.utf8("1111");
        puppets.run(() -> {
            Transform<Buffer, Buffer> stage = inPlace(InPlaceTest::addThree);
            stage.pipe(puppets.new Sink());
            stage.write(chunk);
            stage.end(Buffer.utf8("2"));
        });
        assertThat(seen).containsExactly("chunk 4444", "chunk 5");
        assertThat(chunk).hasToString("1111");
    }

    @Test
    void chunks_and_lent_bytes_keep_their_order() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            Transform<Buffer, Buffer> stage = inPlace(InPlaceTest::addThree);
            stage.write(Buffer.utf8("0"));
            stage.pipe(sink);
            puppets.lender().pipe(stage);
            boolean[] first = {true};
            sink.onDrain(() -> {
                // For one piece.
                sink.takes = !first[0];
                first[0] = false;
            });
        });
        assertThat(seen.get(0)).isEqualTo("chunk 3");
        assertThat(seen.stream().map(event -> event.substring(event.indexOf(' ') + 1)))
                .containsExactly("3", "4444444444", "5555555555", "6666666666");
        assertThat(seen).anyMatch(event -> event.startsWith("lent "));
    }

    @Test
    void what_is_used_after_the_call_fails_whatever_it_was() {
        List<LentBytes> kept = new ArrayList<>();
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.onDrain(() -> sink.takes = false);
            puppets.lender().pipe(inPlace(kept::add)).pipe(sink);
        });
        assertThat(seen).containsExactly("lent 1111111111", "chunk 2222222222", "chunk 3333333333");
        assertThat(kept).hasSize(3).allSatisfy(lent -> {
            assertThat(lent.length()).isEqualTo(LoanPuppets.PIECE);
            assertThatThrownBy(lent::bytes)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("these 10 bytes were lent");
            assertThatThrownBy(lent::toBuffer).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void a_step_may_keep_a_copy_and_cannot_release_what_is_not_its_own() {
        List<Buffer> kept = new ArrayList<>();
        puppets.run(() -> puppets.lender()
                .pipe(inPlace(lent -> {
                    kept.add(lent.toBuffer());
                    lent.release();
                    assertThat(puppets.held).isEqualTo(1);
                }))
                .pipe(puppets.new Sink()));
        assertThat(kept).extracting(Buffer::toString).containsExactly("1111111111", "2222222222", "3333333333");
        assertThat(seen).containsExactly("lent 1111111111", "lent 2222222222", "lent 3333333333");
    }

    @Test
    void what_is_added_at_the_end_comes_after_the_last_byte() {
        puppets.run(() -> puppets.lender()
                .pipe(Transform.inPlace(loop, DuplexOptions.bytes(), InPlaceTest::addThree, output -> {
                    output.push(Buffer.utf8("ta"));
                    output.done(Buffer.utf8("g"));
                }))
                .pipe(puppets.new Sink()));
        assertThat(String.join("", seen)).isEqualTo("lent 4444444444lent 5555555555lent 6666666666chunk tachunk g");
    }

    @Test
    void a_step_that_throws_releases_them_and_a_pipeline_says_so() {
        IllegalStateException broken = new IllegalStateException("broken");
        List<Throwable> errors = new ArrayList<>();
        loop.onUncaughtException((error, origin) -> errors.add(error));
        puppets.run(() -> {
            LoanPuppets.Source source = puppets.lender();
            Transform<Buffer, Buffer> stage = inPlace(lent -> {
                if (lent.bytes().get(0) == '2') {
                    throw broken;
                }
            });
            LoanPuppets.Sink sink = puppets.new Sink();
            source.pipe(stage).pipe(sink);
        });
        assertThat(errors).containsExactly(broken);
        assertThat(seen).containsExactly("lent 1111111111");
    }

    @Test
    void a_step_may_destroy_its_stage_or_the_pipeline() {
        List<Throwable> errors = new ArrayList<>();
        puppets.run(() -> {
            List<Transform<Buffer, Buffer>> stage = new ArrayList<>();
            IllegalStateException enough = new IllegalStateException("enough");
            stage.add(inPlace(lent -> {
                addThree(lent);
                if (lent.bytes().get(0) == '5') {
                    stage.get(0).destroy(enough);
                }
            }));
            LoanPuppets.Source source = puppets.lender();
            LoanPuppets.Sink sink = puppets.new Sink();
            Pipeline.from(source).through(stage.get(0)).into(sink, error -> {
                errors.add(error);
                assertThat(source.isDestroyed()).isTrue();
                assertThat(sink.isDestroyed()).isTrue();
            });
        });
        assertThat(errors).singleElement().satisfies(error -> assertThat(error).hasMessage("enough"));
        assertThat(seen).containsExactly("lent 4444444444");
    }

    @Test
    void a_sink_that_is_destroyed_while_it_holds_them_is_the_one_to_release_them() {
        puppets.run(() -> {
            LoanPuppets.Sink sink = puppets.new Sink();
            sink.byHand = true;
            LoanPuppets.Source source = puppets.lender();
            Pipeline.from(source).through(inPlace(InPlaceTest::addThree)).into(sink, error -> {
                assertThat(puppets.held).isEqualTo(1);
                sink.done.run();
            });
            source.onPause(sink::destroy);
        });
        assertThat(seen).containsExactly("lent 4444444444");
    }

    @Test
    void a_second_reader_gets_chunks_of_its_own() {
        List<Buffer> kept = new ArrayList<>();
        puppets.run(() -> {
            Transform<Buffer, Buffer> stage = inPlace(InPlaceTest::addThree);
            stage.onData(kept::add);
            puppets.lender().pipe(stage).pipe(puppets.new Sink());
        });
        assertThat(kept).extracting(Buffer::toString).containsExactly("4444444444", "5555555555", "6666666666");
        assertThat(seen).containsExactly("chunk 4444444444", "chunk 5555555555", "chunk 6666666666");
    }
}
