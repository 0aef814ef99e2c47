package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** A publisher as a stream, and what subscriptions are to the loop. */
class PublisherReadableTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private RunningLoop running;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
    }

    @AfterEach
    void end() {
        running.close();
    }

    private <T> Readable<T> readable(Flux<T> flux) {
        return running.call(() -> LoopFlux.toReadable(running.loop, flux));
    }

    private <T> List<T> read(Readable<T> source) {
        List<T> chunks = new ArrayList<>();
        CompletableFuture<List<T>> all = new CompletableFuture<>();
        running.run(() -> {
            source.onData(chunks::add);
            source.onEnd(() -> all.complete(chunks));
            source.onError(all::completeExceptionally);
        });
        return RunningLoop.await(all);
    }

    @Test
    void deliversAllInOrder() {
        List<Integer> numbers = IntStream.rangeClosed(1, 10_000).boxed().toList();
        assertThat(read(readable(Flux.fromIterable(numbers)))).isEqualTo(numbers);
        assertThat(read(readable(Flux.fromIterable(numbers).publishOn(Schedulers.parallel()))))
                .isEqualTo(numbers);
        assertThat(read(readable(Flux.<Integer>empty()))).isEmpty();
    }

    @Test
    void thereAndBack() {
        Flux<Integer> flux = Flux.range(1, 10_000).publishOn(Schedulers.parallel());
        StepVerifier.create(LoopFlux.from(readable(flux)).publishOn(Schedulers.single()))
                .expectNextSequence(IntStream.rangeClosed(1, 10_000).boxed().toList())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void asksForNoMoreThanFits() {
        AtomicLong asked = new AtomicLong();
        Readable<Integer> source = readable(Flux.range(1, 1_000).doOnRequest(asked::addAndGet));
        assertThat(asked).as("before it is read").hasValue(0);
        assertThat(running.<Integer>call(source::read)).isNotNull();
        running.aTurn();
        assertThat(asked.get()).isBetween(16L, 18L);
        assertThat(running.call(source::readableLength)).isBetween(15, 17);
        for (int i = 0; i < 100; i++) {
            assertThat(running.<Integer>call(source::read)).isNotNull();
            running.aTurn();
            assertThat(running.call(source::readableLength)).isLessThanOrEqualTo(17);
        }
    }

    @Test
    void aByteStreamOfLargeBuffersAsksForFew() {
        int size = 16 * 1024;
        Flux<Buffer> buffers = Flux.range(1, 1_000).map(n -> Buffer.wrap(new byte[size]));
        Readable<Buffer> source = running.call(() -> LoopFlux.toReadable(running.loop, buffers, StreamOptions.bytes()));
        // The first window is a guess, for nothing is known of the buffers.
        assertThat(running.<Buffer>call(source::read)).isNotNull();
        running.aTurn();
        running.call(source::read);
        for (int i = 0; i < 50; i++) {
            running.aTurn();
            assertThat(running.call(source::readableLength)).isBetween(size, 3 * size);
            running.call(source::read);
        }
    }

    @Test
    void anErrorDestroysTheStream() {
        IOException broken = new IOException("broken");
        Readable<Integer> source = readable(Flux.range(1, 3).concatWith(Flux.error(broken)));
        StepVerifier.create(LoopFlux.from(source).ignoreElements())
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
                .verify(LONG);
    }

    @Test
    void destroyingCancelsThePublisher() {
        TestPublisher<Integer> publisher = TestPublisher.create();
        Readable<Integer> source = readable(publisher.flux());
        running.call(source::read);
        running.aTurn();
        publisher.assertSubscribers(1);
        running.run(source::destroy);
        publisher.assertCancelled();
    }

    @Test
    void aSubscriptionKeepsTheLoopAliveUntilItIsThrough() {
        EventLoop loop = EventLoop.create();
        List<Integer> seen = new ArrayList<>();
        int code = loop.run(() -> {
            // Nothing on the loop would keep it alive: the chunks come from another thread.
            Flux<Integer> slow = Flux.range(1, 5).delayElements(Duration.ofMillis(1));
            Sink<Integer> sink = new Sink<>(loop, StreamOptions.objects(), false);
            LoopFlux.from(LoopFlux.toReadable(loop, slow))
                    .publishOn(Schedulers.parallel())
                    .doOnNext(seen::add)
                    .subscribe(LoopSubscribers.into(sink));
        });
        assertThat(code).isZero();
        assertThat(seen).containsExactly(1, 2, 3, 4, 5);
    }

    @Test
    void aLoopThatEndsSaysSo() {
        RunningLoop other = RunningLoop.start();
        TestPublisher<Integer> publisher = TestPublisher.create();
        Readable<Integer> source = other.call(() -> LoopFlux.toReadable(other.loop, Flux.<Integer>never()));
        CompletableFuture<Integer> ofFlux = LoopFlux.from(source).next().toFuture();
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(Sink.<Integer>quick(other));
        publisher.subscribe(subscriber);
        CompletableFuture<Void> ofSubscriber = subscriber.completion().toFuture();
        CompletableFuture<Integer> ofMono = LoopMono.defer(
                        other.loop,
                        () -> io.gyre.promise.Promise.<Integer>withResolvers().promise())
                .toFuture();
        other.aTurn();
        assertThat(other.call(() -> other.loop.activeResources().toString()))
                .contains("Subscription")
                .contains("subscriber into");
        other.loop.stop();
        for (CompletableFuture<?> future : List.of(ofFlux, ofSubscriber, ofMono)) {
            StepVerifier.create(Mono.fromFuture(future))
                    .expectError(RejectedExecutionException.class)
                    .verify(LONG);
        }
        publisher.assertCancelled();
    }
}
