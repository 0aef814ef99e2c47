package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamException;
import io.gyre.stream.StreamOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A stream as a flux. */
class LoopFluxTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final RunningLoop running = RunningLoop.watched();

    @AfterEach
    void end() {
        running.close();
    }

    /** Numbers from 1 on, made when they are read. */
    private static final class Numbers implements Iterable<Integer>, Iterator<Integer>, AutoCloseable {

        private final int last;
        private final AtomicInteger made = new AtomicInteger();
        private final AtomicBoolean closed = new AtomicBoolean();

        Numbers(int last) {
            this.last = last;
        }

        @Override
        public Iterator<Integer> iterator() {
            return this;
        }

        @Override
        public boolean hasNext() {
            return made.get() < last;
        }

        @Override
        public Integer next() {
            return made.incrementAndGet();
        }

        @Override
        public void close() {
            closed.set(true);
        }
    }

    private Readable<Integer> readable(Iterable<Integer> numbers) {
        return running.call(() -> Readable.from(running.loop, numbers));
    }

    private Flux<Integer> flux(Iterable<Integer> numbers) {
        return LoopFlux.from(readable(numbers)).doOnEach(signal -> assertThat(running.loop.inEventLoop())
                .as("%s on %s", signal, Thread.currentThread().getName())
                .isTrue());
    }

    /** A source that the test pushes into. */
    private static final class Pushed<T> extends AbstractReadable<T> {

        int reads;

        Pushed(RunningLoop running, StreamOptions<T> options) {
            super(running.loop, options);
        }

        @Override
        protected void doRead(int n) {
            reads++;
        }

        void give(T chunk) {
            push(chunk);
        }

        void end() {
            pushEnd();
        }
    }

    @Test
    void unboundedDemandFlows() {
        StepVerifier.create(flux(new Numbers(50_000)))
                .expectNextSequence(IntStream.rangeClosed(1, 50_000).boxed().toList())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void soManyChunksAsAreAskedForAndNoMore() {
        Numbers numbers = new Numbers(1_000);
        int highWaterMark = 16;
        StepVerifier.create(flux(numbers), 0)
                .expectSubscription()
                .then(running::aTurn)
                .then(() -> assertThat(numbers.made.get()).isLessThanOrEqualTo(highWaterMark + 1))
                .thenRequest(3)
                .expectNext(1, 2, 3)
                .then(running::aTurn)
                .then(() -> assertThat(numbers.made.get()).isBetween(3, 3 + highWaterMark + 1))
                .thenRequest(1)
                .expectNext(4)
                .thenCancel()
                .verify(LONG);
    }

    @Test
    void theEndComesWithoutFurtherDemand() {
        StepVerifier.create(flux(List.of(1, 2, 3)), 3)
                .expectNext(1, 2, 3)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(flux(List.of()), 0).expectComplete().verify(LONG);
    }

    @Test
    void theEndOfASlowSourceComesWithoutFurtherDemand() {
        Pushed<String> source = running.call(() -> new Pushed<>(running, StreamOptions.objects()));
        StepVerifier.create(LoopFlux.from(source), 1)
                .then(() -> running.run(() -> source.give("only")))
                .expectNext("only")
                .then(running::aTurn)
                .then(() -> running.run(source::end))
                .expectComplete()
                .verify(LONG);
        assertThat(running.call(source::isDestroyed)).isTrue();
    }

    @Test
    void chunksThatComeLaterAreDeliveredWhenTheyCome() {
        Pushed<String> source = running.call(() -> new Pushed<>(running, StreamOptions.objects()));
        StepVerifier.create(LoopFlux.from(source), 0)
                .then(() -> running.run(() -> source.give("a")))
                .thenRequest(2)
                .expectNext("a")
                .then(() -> running.run(() -> source.give("b")))
                .expectNext("b")
                .then(() -> running.run(() -> {
                    source.give("c");
                    source.end();
                }))
                .thenRequest(1)
                .expectNext("c")
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void demandInReactionToAChunkDoesNotRecurse() {
        int count = 100_000;
        CompletableFuture<Integer> done = new CompletableFuture<>();
        AtomicInteger depth = new AtomicInteger();
        AtomicInteger deepest = new AtomicInteger();
        flux(new Numbers(count)).subscribe(new BaseSubscriber<>() {

            private int seen;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Integer number) {
                deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
                seen++;
                request(1);
                depth.decrementAndGet();
            }

            @Override
            protected void hookOnComplete() {
                done.complete(seen);
            }
        });
        assertThat(RunningLoop.await(done)).isEqualTo(count);
        assertThat(deepest).hasValue(1);
    }

    @Test
    void demandFromOtherThreads() {
        StepVerifier.create(flux(new Numbers(20_000))
                        .publishOn(Schedulers.parallel(), 8)
                        .hide()
                        .publishOn(Schedulers.single(), 3))
                .expectNextSequence(IntStream.rangeClosed(1, 20_000).boxed().toList())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void subscribedToOnTheLoop() {
        CompletableFuture<List<Integer>> all = new CompletableFuture<>();
        Readable<Integer> source = readable(List.of(1, 2, 3));
        running.run(() -> LoopFlux.from(source).collectList().subscribe(all::complete));
        assertThat(RunningLoop.await(all)).containsExactly(1, 2, 3);
    }

    @Test
    void cancellingDestroysTheSource() {
        Numbers numbers = new Numbers(Integer.MAX_VALUE);
        Readable<Integer> source = readable(numbers);
        StepVerifier.create(LoopFlux.from(source).take(5))
                .expectNextCount(5)
                .expectComplete()
                .verify(LONG);
        running.aTurn();
        assertThat(running.call(source::isDestroyed)).isTrue();
        assertThat(numbers.closed).isTrue();

        Numbers others = new Numbers(Integer.MAX_VALUE);
        Readable<Integer> fromElsewhere = readable(others);
        StepVerifier.create(LoopFlux.from(fromElsewhere), 2)
                .expectNextCount(2)
                .thenCancel()
                .verify(LONG);
        running.aTurn();
        assertThat(others.closed).isTrue();
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void anErrorOfTheSourceIsTheFluxs() {
        Pushed<String> source = running.call(() -> new Pushed<>(running, StreamOptions.objects()));
        IOException broken = new IOException("broken");
        StepVerifier.create(LoopFlux.from(source), 1)
                .then(() -> running.run(() -> source.give("a")))
                .expectNext("a")
                .then(() -> running.run(() -> source.destroy(broken)))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
                .verify(LONG);
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void anEarlyCloseIsAnError() {
        Pushed<String> source = running.call(() -> new Pushed<>(running, StreamOptions.objects()));
        StepVerifier.create(LoopFlux.from(source))
                .then(() -> running.run(source::destroy))
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(StreamException.class).hasMessageContaining("Premature close"))
                .verify(LONG);
    }

    @Test
    void oneSubscriberOnly() {
        Flux<Integer> flux = LoopFlux.from(readable(List.of(1, 2)));
        StepVerifier.create(flux).expectNext(1, 2).expectComplete().verify(LONG);
        StepVerifier.create(flux)
                .expectErrorMessage("a stream's flux allows one subscriber only")
                .verify(LONG);
    }

    @Test
    void askingForNothingIsAnError() {
        Readable<Integer> source = readable(new Numbers(100));
        AtomicReference<Subscription> subscription = new AtomicReference<>();
        CompletableFuture<Throwable> failed = new CompletableFuture<>();
        LoopFlux.from(source).subscribe(new org.reactivestreams.Subscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                subscription.set(s);
                s.request(0);
            }

            @Override
            public void onNext(Integer number) {
                failed.complete(new AssertionError("got " + number));
            }

            @Override
            public void onError(Throwable error) {
                failed.complete(error);
            }

            @Override
            public void onComplete() {
                failed.complete(new AssertionError("complete"));
            }
        });
        assertThat(RunningLoop.await(failed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9");
        assertThat(running.call(source::isDestroyed)).isTrue();
    }

    @Test
    void aSubscriberThatThrowsFreesTheSource() {
        Numbers numbers = new Numbers(100);
        IllegalStateException thrown = new IllegalStateException("against the rules");
        LoopFlux.from(readable(numbers)).subscribe(new org.reactivestreams.Subscriber<>() {
            @Override
            public void onSubscribe(Subscription s) {
                s.request(10);
            }

            @Override
            public void onNext(Integer number) {
                throw thrown;
            }

            @Override
            public void onError(Throwable error) {}

            @Override
            public void onComplete() {}
        });
        running.aTurn();
        assertThat(numbers.closed).isTrue();
        assertThat(running.uncaught).containsExactly(thrown);
    }

    @Test
    void aChunkOfBytesIsWhatWaits() {
        Pushed<Buffer> source = running.call(() -> new Pushed<>(running, StreamOptions.bytes()));
        StepVerifier.create(LoopFlux.from(source).map(b -> b.toString(StandardCharsets.UTF_8)), 0)
                .then(() -> running.run(() -> {
                    source.give(Buffer.utf8("one "));
                    source.give(Buffer.utf8("two"));
                }))
                .thenRequest(1)
                .expectNext("one two")
                .then(() -> running.run(() -> {
                    source.give(Buffer.utf8("three"));
                    source.end();
                }))
                .thenRequest(1)
                .expectNext("three")
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aLoopThatHasEndedIsAnError() {
        RunningLoop other = RunningLoop.start();
        Readable<Integer> source = other.call(() -> Readable.from(other.loop, List.of(1)));
        other.close();
        StepVerifier.create(LoopFlux.from(source))
                .expectError(RejectedExecutionException.class)
                .verify(LONG);
    }
}
