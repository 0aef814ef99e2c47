package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.stream.DuplexOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** A stream as a subscriber. */
class WritableSubscriberTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final RunningLoop running = RunningLoop.watched();

    @AfterEach
    void end() {
        running.close();
    }

    private static List<Integer> numbers(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    @Test
    void writesAllInOrderAndEndsTheStream() {
        Sink<Integer> sink = Sink.quick(running);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        Flux.range(1, 10_000).subscribe(subscriber);
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        assertThat(sink.written).isEqualTo(numbers(10_000));
        assertThat(running.call(sink::isWritableFinished)).isTrue();
    }

    @Test
    void signalsOfOtherThreadsKeepTheirOrder() {
        Sink<Integer> sink = Sink.quick(running);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        Flux.range(1, 50_000)
                .publishOn(Schedulers.parallel())
                .hide()
                .publishOn(Schedulers.boundedElastic(), 7)
                .subscribe(subscriber);
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        assertThat(sink.written).isEqualTo(numbers(50_000));
    }

    @Test
    void signalsThatChangeThreadsKeepTheirOrder() {
        Sink<Integer> sink = Sink.quick(running);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        // Each window begins on the loop's thread, where the request comes from, and goes on elsewhere. Hidden, because
        // concatMap may emit a scalar twice when it is asked on two threads at once (reactor-core #4406).
        Flux.range(1, 5_000)
                .concatMap(n -> n % 3 == 0
                        ? Flux.just(n).publishOn(Schedulers.parallel())
                        : Flux.just(n).hide())
                .subscribe(subscriber);
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        assertThat(sink.written).isEqualTo(numbers(5_000));
    }

    @Test
    void fromAStreamThroughOperatorsToAStream() {
        Sink<String> sink = Sink.quick(running);
        Readable<Integer> source = running.call(() -> Readable.from(running.loop, numbers(5_000)));
        WritableSubscriber<String> subscriber = LoopSubscribers.into(sink);
        LoopFlux.from(source)
                .publishOn(LoopSchedulers.from(running.loop))
                .map(n -> "#" + n)
                .subscribe(subscriber);
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        assertThat(sink.written).hasSize(5_000).startsWith("#1", "#2").endsWith("#5000");
    }

    @Test
    void asksForTheHighWaterMarkAndAgainAtThreeQuarters() {
        Sink<Integer> sink = Sink.slow(running, 8);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        List<Long> requests = new ArrayList<>();
        Flux.range(1, 100).doOnRequest(requests::add).subscribe(subscriber);
        running.aTurn();
        // Two at first, and what is missing when it is known that they are objects.
        assertThat(requests).containsExactly(2L, 6L);
        for (int i = 0; i < 5; i++) {
            sink.take(running);
        }
        assertThat(requests).hasSize(2);
        sink.take(running);
        assertThat(requests).containsExactly(2L, 6L, 6L);
        assertThat(running.call(sink::writableLength)).isEqualTo(8);
    }

    @Test
    void neverBuffersMoreThanTheHighWaterMark() {
        Sink<Integer> sink = Sink.slow(running, 8);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        Flux.range(1, 100).publishOn(Schedulers.parallel()).subscribe(subscriber);
        for (int i = 0; i < 100; i++) {
            await(() -> running.call(() -> !sink.pending.isEmpty()));
            assertThat(running.call(sink::writableLength)).isLessThanOrEqualTo(8);
            sink.take(running);
        }
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        assertThat(sink.written).isEqualTo(numbers(100));
    }

    @Test
    void aFixedWindow() {
        Sink<Integer> sink = Sink.slow(running, 8);
        List<Long> requests = new ArrayList<>();
        Flux.range(1, 100).doOnRequest(requests::add).subscribe(LoopSubscribers.into(sink, 1));
        running.aTurn();
        sink.take(running);
        sink.take(running);
        assertThat(requests).containsExactly(1L, 1L, 1L);
        assertThatThrownBy(() -> LoopSubscribers.into(sink, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anErrorOfThePublisherDestroysTheStreamWithIt() {
        Sink<Integer> sink = Sink.quick(running);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        IOException broken = new IOException("broken");
        Flux.range(1, 3).concatWith(Flux.error(broken)).subscribe(subscriber);
        StepVerifier.create(subscriber.completion())
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
                .verify(LONG);
        running.aTurn();
        assertThat(running.call(sink::errored)).isSameAs(broken);
        assertThat(running.call(sink::isClosed)).isTrue();
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void aStreamThatBreaksCancelsThePublisher() {
        Sink<Integer> sink = Sink.slow(running, 4);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        TestPublisher<Integer> publisher = TestPublisher.create();
        publisher.subscribe(subscriber);
        running.aTurn();
        publisher.next(1, 2);
        running.aTurn();
        IOException broken = new IOException("broken pipe");
        running.run(() -> sink.pending.remove().call(broken));
        StepVerifier.create(subscriber.completion())
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
                .verify(LONG);
        publisher.assertCancelled();
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void aStreamThatClosesEarlyCancelsThePublisher() {
        Sink<Integer> sink = Sink.slow(running, 4);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        TestPublisher<Integer> publisher = TestPublisher.create();
        publisher.subscribe(subscriber);
        running.aTurn();
        running.run(sink::destroy);
        StepVerifier.create(subscriber.completion())
                .expectErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(StreamException.class).hasMessageContaining("Premature close"))
                .verify(LONG);
        publisher.assertCancelled();
    }

    @Test
    void aStreamThatIsThroughAlreadyTakesNothing() {
        Sink<Integer> sink = Sink.quick(running);
        running.run(sink::destroy);
        running.aTurn();
        AtomicBoolean cancelled = new AtomicBoolean();
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        Flux.range(1, 10)
                .doOnRequest(n -> running.uncaught.add(new AssertionError("asked for " + n)))
                .doOnCancel(() -> cancelled.set(true))
                .subscribe(subscriber);
        StepVerifier.create(subscriber.completion())
                .expectError(StreamException.class)
                .verify(LONG);
        assertThat(cancelled).isTrue();
        assertThat(sink.written).isEmpty();
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void anEmptyPublisherEndsTheStream() {
        Sink<Integer> sink = Sink.quick(running);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        Flux.<Integer>empty().subscribe(subscriber);
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        assertThat(running.call(sink::isWritableFinished)).isTrue();
    }

    @Test
    void aStageIsFinishedWhenAllIsWrittenWhetherItIsReadOrNot() {
        PassThrough<Integer> stage = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(stage);
        Flux.range(1, 3).subscribe(subscriber);
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        StepVerifier.create(LoopFlux.from(stage))
                .expectNext(1, 2, 3)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aSecondSubscriptionIsCancelled() {
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(Sink.quick(running));
        TestPublisher<Integer> one = TestPublisher.create();
        TestPublisher<Integer> two = TestPublisher.create();
        one.subscribe(subscriber);
        two.subscribe(subscriber);
        running.aTurn();
        two.assertCancelled();
        one.assertNotCancelled();
    }

    @Test
    void aLoopThatEndsCancelsThePublisher() {
        RunningLoop other = RunningLoop.start();
        Sink<Integer> sink = Sink.slow(other, 4);
        other.close();
        AtomicBoolean cancelled = new AtomicBoolean();
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                cancelled.set(true);
            }
        });
        assertThat(cancelled).isTrue();
        StepVerifier.create(subscriber.completion())
                .expectError(RejectedExecutionException.class)
                .verify(LONG);
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("it did not come to pass");
            }
            Thread.onSpinWait();
        }
    }
}
