package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Reactor's operators on a loop: everything is seen on the loop's thread. */
class LoopSchedulerOperatorsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private RunningLoop running;
    private Scheduler scheduler;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
        scheduler = LoopSchedulers.from(running.loop);
    }

    @AfterEach
    void end() {
        running.close();
    }

    private void assertOnLoop(Object signal) {
        assertThat(running.loop.inEventLoop())
                .as("%s on %s", signal, Thread.currentThread().getName())
                .isTrue();
    }

    @Test
    void publishOnDeliversOnTheLoop() {
        StepVerifier.create(Flux.range(1, 10_000)
                        .publishOn(scheduler)
                        .doOnNext(this::assertOnLoop)
                        .doOnComplete(() -> assertOnLoop("complete")))
                .expectNextSequence(IntStream.rangeClosed(1, 10_000).boxed().toList())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void publishOnWithoutFusionKeepsOrderAndDemand() {
        StepVerifier.create(Flux.range(1, 1_000).hide().publishOn(scheduler, 16).doOnNext(this::assertOnLoop), 0)
                .thenRequest(5)
                .expectNext(1, 2, 3, 4, 5)
                .thenRequest(Long.MAX_VALUE)
                .expectNextSequence(IntStream.rangeClosed(6, 1_000).boxed().toList())
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void subscribeOnSubscribesAndRequestsOnTheLoop() {
        StepVerifier.create(Flux.<Integer>create(sink -> {
                            assertOnLoop("subscribe");
                            sink.onRequest(n -> assertOnLoop("request"));
                            sink.next(1).complete();
                        })
                        .subscribeOn(scheduler))
                .expectNext(1)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void timeOperatorsUseTheLoopsTimers() {
        StepVerifier.create(Flux.range(1, 5)
                        .delayElements(Duration.ofMillis(1), scheduler)
                        .subscribeOn(scheduler)
                        .doOnNext(this::assertOnLoop))
                .expectNext(1, 2, 3, 4, 5)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(Flux.interval(Duration.ofMillis(1), scheduler)
                        .doOnNext(this::assertOnLoop)
                        .take(5))
                .expectNext(0L, 1L, 2L, 3L, 4L)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(
                        Mono.never().timeout(Duration.ofMillis(1), scheduler).doOnError(this::assertOnLoop))
                .expectError(TimeoutException.class)
                .verify(LONG);
        StepVerifier.create(Mono.delay(Duration.ofMillis(1), scheduler).doOnNext(this::assertOnLoop))
                .expectNext(0L)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aTimeoutThatIsNotReachedLeavesNoTimer() {
        StepVerifier.create(Flux.range(1, 100).timeout(Duration.ofHours(1), scheduler))
                .expectNextCount(100)
                .expectComplete()
                .verify(LONG);
        assertThat(running.call(() -> running.loop.activeResources().stream()
                        .filter(r -> r.toString().contains("Timeout"))
                        .toList()))
                .isEmpty();
    }

    @Test
    void manyProducersBehindPublishOnAreSerialized() {
        int producers = 4;
        int each = 5_000;
        AtomicInteger concurrent = new AtomicInteger();
        Flux<Integer> merged = Flux.range(0, producers)
                .flatMap(p -> Flux.range(0, each).subscribeOn(Schedulers.parallel()))
                .publishOn(scheduler)
                .doOnNext(n -> {
                    assertOnLoop(n);
                    assertThat(concurrent.incrementAndGet()).isEqualTo(1);
                    concurrent.decrementAndGet();
                });
        StepVerifier.create(merged)
                .expectNextCount((long) producers * each)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void blockingOnTheLoopFails() {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        scheduler.schedule(() -> {
            try {
                Mono.never().block();
                failure.complete(new AssertionError("it blocked"));
            } catch (Throwable t) {
                failure.complete(t);
            }
        });
        assertThat(RunningLoop.await(failure))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("blocking");
        assertThat(Schedulers.isInNonBlockingThread()).isFalse();
    }

    @Test
    void virtualTimeWorksBesideIt() {
        StepVerifier.withVirtualTime(() -> Flux.interval(Duration.ofDays(1)).take(2))
                .thenAwait(Duration.ofDays(2))
                .expectNext(0L, 1L)
                .verifyComplete();
        StepVerifier.create(Mono.delay(Duration.ofMillis(1), scheduler))
                .expectNext(0L)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void elapsedReadsTheLoopsClock() {
        try (RunningLoop scripted = RunningLoop.withScriptedClock()) {
            Scheduler onScripted = LoopSchedulers.from(scripted.loop);
            Sinks.Many<String> sink = Sinks.many().unicast().onBackpressureBuffer();
            StepVerifier.create(sink.asFlux().elapsed(onScripted))
                    .then(() -> scripted.advance(Duration.ofMillis(1_234)))
                    .then(() -> sink.tryEmitNext("late"))
                    .assertNext(t -> assertThat(t.getT1()).isEqualTo(1_234))
                    .then(sink::tryEmitComplete)
                    .expectComplete()
                    .verify(LONG);
        }
    }

    @Test
    void aPipelineThatEndsLeavesNothingBehind() {
        List<Long> values = Flux.interval(Duration.ofMillis(1), scheduler)
                .publishOn(scheduler)
                .take(3)
                .collectList()
                .block(LONG);
        assertThat(values).containsExactly(0L, 1L, 2L);
        assertThat(running.call(() -> running.loop.activeResources().stream()
                        .filter(r -> r.toString().contains("Timeout"))
                        .toList()))
                .isEmpty();
    }
}
