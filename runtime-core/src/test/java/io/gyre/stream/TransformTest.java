package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The API of streams with two sides and what is built of them; their order is the programs' matter. */
@Timeout(120)
class TransformTest {

    private final List<Object> seen = new ArrayList<>();
    private final EventLoop loop = EventLoop.create();

    /** Splits at commas; what comes after the last one is put out at the end. */
    private static Transform<Buffer, String> words(EventLoop loop) {
        StringBuilder rest = new StringBuilder();
        return Transform.of(
                loop,
                DuplexOptions.of(StreamOptions.bytes(), StreamOptions.<String>objects()),
                (chunk, output) -> {
                    rest.append(chunk);
                    for (int at; (at = rest.indexOf(",")) >= 0; rest.delete(0, at + 1)) {
                        output.push(rest.substring(0, at));
                    }
                    output.done();
                },
                output -> output.done(rest.toString()));
    }

    /** Keeps what is written. */
    private final class Keeping<T> extends AbstractWritable<T> {

        Keeping() {
            super(loop, StreamOptions.<T>objects().highWaterMark(1));
        }

        @Override
        protected void doWrite(T chunk, Callback callback) {
            seen.add(chunk);
            loop.setImmediate(callback::done);
        }
    }

    @Test
    void aPipelineOfSeveralStagesKeepsItsTypes() {
        int exit = loop.run(() -> {
            Readable<Buffer> source = Readable.from(loop, List.of(Buffer.utf8("a,b"), Buffer.utf8("c,d")));
            Transform<String, Integer> lengths = Transform.of(
                    loop, DuplexOptions.<String, Integer>objects(), (word, output) -> output.done(word.length()));
            Pipeline.from(source)
                    .through(words(loop))
                    .through(lengths)
                    .into(new Keeping<Integer>())
                    .thenAccept(done -> seen.add("done"));
        });
        assertThat(exit).isZero();
        assertThat(seen).containsExactly(1, 2, 1, "done");
    }

    @Test
    void anErrorOfAStageRejectsThePipelineAndDestroysAll() {
        int exit = loop.run(() -> {
            Readable<Integer> source = Readable.from(loop, List.of(1, 2, 3));
            Transform<Integer, Integer> picky = Transform.of(
                    loop,
                    DuplexOptions.<Integer, Integer>objects(),
                    (chunk, output) -> output.call(chunk == 2 ? new IllegalStateException("two") : null, chunk));
            Keeping<Integer> sink = new Keeping<>();
            Pipeline.run(source, picky, sink).catchError(error -> {
                seen.add(error.getMessage());
                seen.add(source.isDestroyed() && picky.isDestroyed() && sink.isDestroyed());
                return null;
            });
        });
        assertThat(exit).isZero();
        assertThat(seen).containsExactly(1, "two", true);
    }

    @Test
    void anAbortedPipelineFailsWithTheReasonAsTheCause() {
        loop.run(() -> {
            AbortController controller = new AbortController();
            Readable<Integer> source = Readable.from(loop, List.of(1, 2, 3));
            Pipeline.from(source)
                    .signal(controller.signal())
                    .into(new Keeping<Integer>())
                    .catchError(error -> {
                        seen.add(error.getClass().getSimpleName() + " "
                                + error.getCause().getMessage());
                        return null;
                    });
            loop.nextTick(() -> controller.abort(new IllegalStateException("enough")));
        });
        assertThat(seen).last().isEqualTo("AbortException enough");
    }

    @Test
    void anErrorOfThePairedSourceReachesTheSink() {
        loop.run(() -> {
            Readable<Integer> source = Readable.from(loop, List.of(1));
            Keeping<Integer> sink = new Keeping<>();
            Duplex<Integer, Integer> both = Duplex.from(source, sink);
            both.onError(error -> seen.add("both " + error.getMessage()));
            sink.onClose(() -> seen.add("sink closed"));
            source.destroy(new IllegalStateException("gone"));
        });
        assertThat(seen).containsExactlyInAnyOrder("both gone", "sink closed");
    }

    @Test
    void anAbortedSignalInTheOptionsDestroysTheStreamWhenItIsMade() {
        loop.run(() -> {
            AbortSignal aborted = AbortSignal.abort(new IllegalStateException("before"));
            PassThrough<Integer> stream = new PassThrough<>(
                    loop, DuplexOptions.<Integer, Integer>objects().signal(aborted));
            assertThat(stream.isDestroyed()).isFalse();
            stream.onClose(() -> seen.add(stream.errored()));
        });
        assertThat(seen).singleElement().isInstanceOfSatisfying(AbortException.class, e -> assertThat(e)
                .hasCauseInstanceOf(IllegalStateException.class));
    }

    @Test
    void aSignalOfAnotherLoopIsRefused() {
        EventLoop other = EventLoop.create();
        AbortSignal foreign = new AbortController(other).signal();
        loop.run(() -> assertThatThrownBy(() -> new PassThrough<>(
                        loop, DuplexOptions.<Integer, Integer>objects().signal(foreign)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the signal belongs to"));
        other.run(() -> {});
    }

    @Test
    void noMoreStepsRunAtOnceThanWereAskedFor() {
        int[] running = new int[2];
        loop.run(() -> Readable.from(loop, List.of(1, 2, 3, 4, 5, 6, 7))
                .mapAsync(
                        (chunk, signal) -> {
                            running[0]++;
                            running[1] = Math.max(running[1], running[0]);
                            return Promise.<Integer>create(resolvers -> loop.setTimeout(
                                    () -> {
                                        running[0]--;
                                        resolvers.resolve(chunk * 10);
                                    },
                                    // The first ones take longest.
                                    8 - chunk));
                        },
                        OperatorOptions.defaults().concurrency(3))
                .toList()
                .thenAccept(seen::addAll));
        assertThat(seen).containsExactly(10, 20, 30, 40, 50, 60, 70);
        assertThat(running[1]).isEqualTo(3);
    }

    @Test
    void operatorsTellTheirStepsWhenTheyAreGivenUp() {
        loop.run(() -> {
            AbortController controller = new AbortController();
            Readable.from(loop, List.of(1, 2))
                    .forEachAsync(
                            (chunk, signal) -> {
                                Promise<Boolean> step = Promise.create(resolvers -> signal.onAbort(resolvers::reject));
                                loop.nextTick(() -> controller.abort(new IllegalStateException("enough")));
                                return step;
                            },
                            OperatorOptions.defaults().signal(controller.signal()))
                    .catchError(error -> {
                        seen.add(error.getMessage());
                        return null;
                    });
        });
        assertThat(seen).containsExactly("enough");
    }

    @Test
    void anEmptyStreamCannotBeReducedWithoutAnInitialValue() {
        loop.run(() -> {
            Readable.from(loop, List.<Integer>of()).reduce((a, b) -> a + b).catchError(error -> {
                seen.add(error.getMessage());
                return 0;
            });
            Readable.from(loop, List.of(1, 2, 3)).reduce((a, b) -> a + b).thenAccept(seen::add);
            Readable.from(loop, List.of(1, 2, 3)).reduce("", (a, b) -> a + b).thenAccept(seen::add);
            Readable.from(loop, List.of(1, 2, 3)).find(i -> i > 1).thenAccept(found -> seen.add(found.orElse(0)));
            Readable.from(loop, List.of("a b", "c"))
                    .flatMap(text -> List.of(text.split(" ")))
                    .compose(new PassThrough<String>(loop, DuplexOptions.objects()))
                    .drop(1)
                    .toList()
                    .thenAccept(seen::add);
        });
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "reduce of an empty stream requires an initial value", 6, "123", 2, List.of("b", "c"));
    }

    @Test
    void aStepThatMakesNullFails() {
        loop.run(() -> Readable.from(loop, List.of(1))
                .map(chunk -> (String) null)
                .toList()
                .catchError(error -> {
                    seen.add(error.getMessage());
                    return List.of();
                }));
        assertThat(seen).containsExactly("a step made null of a chunk");
    }
}
