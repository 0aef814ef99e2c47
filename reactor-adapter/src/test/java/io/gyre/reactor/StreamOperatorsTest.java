package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.retry.Retry;

/** Reactor's operators over the flux of a stream: each does what it does over any flux. */
class StreamOperatorsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int MARK = CountingSource.HIGH_WATER_MARK;

    private final RunningLoop running = RunningLoop.watched();

    @AfterEach
    void end() {
        running.close();
        assertThat(running.uncaught).isEmpty();
    }

    private static List<Integer> numbers(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** Makes turns until the source has come to rest. */
    private void settle() {
        for (int i = 0; i < 40; i++) {
            running.aTurn();
        }
    }

    private void freed(CountingSource source) {
        running.aTurn();
        assertThat(source.freed).isTrue();
    }

    @Test
    void limitRateAsksInSuchSteps() {
        CountingSource source = CountingSource.to(running, 100);
        List<Long> requests = Collections.synchronizedList(new ArrayList<>());
        StepVerifier.create(LoopFlux.from(source).doOnRequest(requests::add).limitRate(8))
                .expectNextSequence(numbers(100))
                .expectComplete()
                .verify(LONG);
        assertThat(requests).startsWith(8L, 6L, 6L).allMatch(n -> n <= 8);
    }

    @Test
    void limitRateReadsNoFurtherThanItsStepAndTheHighWaterMark() {
        CountingSource source = CountingSource.endless(running);
        StepVerifier.create(LoopFlux.from(source).limitRate(8), 0)
                .thenRequest(1)
                .expectNext(1)
                .then(this::settle)
                .then(() -> assertThat(source.produced).isBetween(8, 8 + MARK + 1))
                .thenCancel()
                .verify(LONG);
        freed(source);
    }

    @Test
    void onBackpressureBufferTakesAllAndKeepsIt() {
        CountingSource source = CountingSource.to(running, 100);
        StepVerifier.create(LoopFlux.from(source).onBackpressureBuffer(), 0)
                .expectSubscription()
                .then(() -> untilProduced(source, 100))
                .thenRequest(Long.MAX_VALUE)
                .expectNextSequence(numbers(100))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void onBackpressureBufferOverflowsWithAnErrorAndDestroysTheSource() {
        CountingSource source = CountingSource.endless(running);
        StepVerifier.create(LoopFlux.from(source).onBackpressureBuffer(10), 0)
                .expectSubscription()
                .then(() -> untilProduced(source, 11))
                .thenRequest(10)
                .expectNextCount(10)
                .expectErrorMatches(Exceptions::isOverflow)
                .verify(LONG);
        freed(source);
    }

    @Test
    void onBackpressureDropDropsWhatNobodyAskedFor() {
        CountingSource source = CountingSource.to(running, 100);
        List<Integer> dropped = Collections.synchronizedList(new ArrayList<>());
        StepVerifier.create(LoopFlux.from(source).onBackpressureDrop(dropped::add), 3)
                .expectNext(1, 2, 3)
                .expectComplete()
                .verify(LONG);
        assertThat(dropped).isEqualTo(IntStream.rangeClosed(4, 100).boxed().toList());
    }

    @Test
    void onBackpressureLatestKeepsTheLast() {
        CountingSource source = CountingSource.to(running, 100);
        StepVerifier.create(LoopFlux.from(source).onBackpressureLatest(), 1)
                .expectNext(1)
                .then(() -> untilProduced(source, 100))
                .then(this::settle)
                .thenRequest(1)
                .expectNext(100)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void publishOnHoldsItsPrefetchAndNoMore() {
        CountingSource source = CountingSource.endless(running);
        StepVerifier.create(LoopFlux.from(source).publishOn(Schedulers.parallel(), 8), 0)
                .expectSubscription()
                .then(this::settle)
                .then(() -> assertThat(source.produced).isBetween(8, 8 + MARK + 1))
                .thenRequest(5)
                .expectNext(1, 2, 3, 4, 5)
                .then(this::settle)
                .then(() -> assertThat(source.produced).isLessThanOrEqualTo(5 + 8 + MARK + 1))
                .thenCancel()
                .verify(LONG);
        freed(source);
    }

    @Test
    void publishOnTheLoopAndElsewhereAndBack() {
        CountingSource source = CountingSource.to(running, 2_000);
        Scheduler onTheLoop = LoopSchedulers.from(running.loop);
        StepVerifier.create(LoopFlux.from(source)
                        .publishOn(Schedulers.parallel())
                        .doOnNext(
                                number -> assertThat(running.loop.inEventLoop()).isFalse())
                        .publishOn(onTheLoop)
                        .doOnNext(
                                number -> assertThat(running.loop.inEventLoop()).isTrue()))
                .expectNextSequence(numbers(2_000))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void switchMapDestroysTheStreamThatItLeaves() {
        List<CountingSource> opened = Collections.synchronizedList(new ArrayList<>());
        TestPublisher<Integer> trigger = TestPublisher.create();
        Flux<Integer> switched = trigger.flux()
                .switchMap(n -> LoopFlux.defer(running.loop, () -> {
                    CountingSource source =
                            CountingSource.breaking(running, n == 3 ? 5 : Integer.MAX_VALUE, new IOException());
                    opened.add(source);
                    return source;
                }));
        StepVerifier.create(switched.take(200).onErrorComplete(), 0)
                .then(() -> trigger.next(1))
                .thenRequest(2)
                .expectNext(1, 2)
                .then(() -> trigger.next(2))
                .thenRequest(3)
                .expectNext(1, 2, 3)
                .then(() -> trigger.next(3))
                .thenRequest(Long.MAX_VALUE)
                .expectNext(1, 2, 3, 4, 5)
                .expectComplete()
                .verify(LONG);
        running.aTurn();
        assertThat(opened).hasSize(3).allSatisfy(source -> assertThat(source.freed)
                .isTrue());
    }

    @Test
    void retryWhenOpensTheStreamAgain() {
        AtomicInteger opened = new AtomicInteger();
        Flux<Integer> flux = LoopFlux.defer(
                running.loop,
                () -> CountingSource.breaking(
                        running, opened.incrementAndGet() + 1, new IOException("try " + opened.get())));
        StepVerifier.create(flux.retryWhen(
                        Retry.fixedDelay(2, Duration.ofMillis(1)).scheduler(LoopSchedulers.from(running.loop))))
                .expectNext(1, 2, 1, 2, 3, 1, 2, 3, 4)
                .expectErrorSatisfies(error ->
                        assertThat(error).matches(Exceptions::isRetryExhausted).hasRootCauseMessage("try 3"))
                .verify(LONG);
    }

    @Test
    void aStreamCannotBeReadTwiceByRetry() {
        CountingSource source = running.call(() -> CountingSource.breaking(running, 2, new IOException("broken")));
        StepVerifier.create(LoopFlux.from(source).retry(1))
                .expectNext(1, 2)
                .expectErrorMessage("a stream's flux allows one subscriber only")
                .verify(LONG);
    }

    @Test
    void repeatOpensTheStreamAgain() {
        StepVerifier.create(LoopFlux.defer(running.loop, () -> CountingSource.breaking(running, 2, null))
                        .repeat(2))
                .expectNext(1, 2, 1, 2, 1, 2)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void whatCannotBeOpenedIsAnError() {
        StepVerifier.create(LoopFlux.<Integer>defer(running.loop, () -> {
                    throw new IOException("no such file");
                }))
                .expectErrorMessage("no such file")
                .verify(LONG);
    }

    @Test
    void concatMapReadsOneStreamAfterTheOther() {
        AtomicInteger open = new AtomicInteger();
        Flux<Integer> flux = Flux.range(0, 20)
                .concatMap(n -> LoopFlux.defer(running.loop, () -> CountingSource.breaking(running, 10, null))
                        .doOnSubscribe(s -> assertThat(open.incrementAndGet()).isOne())
                        .doOnTerminate(open::decrementAndGet)
                        .map(i -> n * 10 + i));
        StepVerifier.create(flux)
                .expectNextSequence(numbers(200))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void flatMapReadsSeveralStreamsAtATime() {
        Flux<Integer> flux = Flux.range(0, 20)
                .flatMap(
                        n -> LoopFlux.defer(running.loop, () -> CountingSource.breaking(running, 10, null))
                                .map(i -> n * 10 + i),
                        4,
                        2);
        StepVerifier.create(flux.collectSortedList())
                .expectNext(numbers(200))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void zipGoesAtThePaceOfTheSlowerOne() {
        CountingSource endless = CountingSource.endless(running);
        CountingSource shorter = CountingSource.to(running, 30);
        StepVerifier.create(
                        Flux.zip(LoopFlux.from(endless), LoopFlux.from(shorter).limitRate(1), Integer::sum)
                                .collectList())
                .assertNext(sums -> assertThat(sums)
                        .isEqualTo(numbers(30).stream().map(n -> 2 * n).toList()))
                .expectComplete()
                .verify(LONG);
        freed(endless);
    }

    @Test
    void windowTimeoutClosesAWindowBySizeAndByTime() {
        RunningLoop scripted = RunningLoop.withScriptedClock();
        try {
            CountingSource source = CountingSource.to(scripted, 10);
            CompletableFuture<List<List<Integer>>> windows = LoopFlux.from(source)
                    .concatWith(Mono.never())
                    .windowTimeout(4, Duration.ofSeconds(1), LoopSchedulers.from(scripted.loop), true)
                    .flatMapSequential(Flux::collectList)
                    .take(3)
                    .collectList()
                    .toFuture();
            while (source.produced < 10) {
                scripted.aTurn();
            }
            scripted.aTurn();
            assertThat(windows).isNotDone();
            // Two windows are full; the third one is closed by the clock.
            scripted.advance(Duration.ofSeconds(1));
            assertThat(RunningLoop.await(windows))
                    .containsExactly(List.of(1, 2, 3, 4), List.of(5, 6, 7, 8), List.of(9, 10));
        } finally {
            scripted.close();
        }
    }

    @Test
    void takeAsksForNoMoreThanItTakesAndDestroysTheSource() {
        CountingSource source = CountingSource.endless(running);
        List<Long> requests = Collections.synchronizedList(new ArrayList<>());
        StepVerifier.create(LoopFlux.from(source).doOnRequest(requests::add).take(5))
                .expectNext(1, 2, 3, 4, 5)
                .expectComplete()
                .verify(LONG);
        assertThat(requests).containsExactly(5L);
        freed(source);
        assertThat(source.produced).isLessThanOrEqualTo(5 + MARK + 1);
    }

    @Test
    void timeoutDestroysASourceThatIsSilent() {
        try (RunningLoop scripted = RunningLoop.withScriptedClock()) {
            CountingSource source = CountingSource.to(scripted, 3);
            StepVerifier.create(LoopFlux.from(source)
                            .concatWith(Mono.never())
                            .timeout(Duration.ofMillis(50), LoopSchedulers.from(scripted.loop)))
                    .expectNext(1, 2, 3)
                    // The next timer is set when the element was told.
                    .then(scripted::aTurn)
                    .then(() -> scripted.advance(Duration.ofMillis(50)))
                    .expectError(java.util.concurrent.TimeoutException.class)
                    .verify(LONG);
        }
    }

    @Test
    void anOperatorThatFailsDestroysTheSource() {
        CountingSource source = CountingSource.endless(running);
        StepVerifier.create(LoopFlux.from(source).map(n -> 10 / (3 - n)))
                .expectNext(5, 10)
                .expectError(ArithmeticException.class)
                .verify(LONG);
        freed(source);
    }

    private void untilProduced(CountingSource source, int count) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (source.produced < count) {
            assertThat(System.nanoTime() - deadline).as("deadline").isNegative();
            running.aTurn();
        }
    }
}
