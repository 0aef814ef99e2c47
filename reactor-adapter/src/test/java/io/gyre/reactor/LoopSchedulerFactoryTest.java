package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Reactor's own schedulers over loops. */
class LoopSchedulerFactoryTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private EventLoopGroup group;

    @BeforeEach
    void start() {
        group = EventLoopGroup.start(3, "group", EventLoop.builder().daemon(true));
        Schedulers.setFactory(LoopSchedulers.factory(group));
    }

    @AfterEach
    void end() {
        Schedulers.resetFactory();
        RunningLoop.await(group.shutdown(Duration.ofSeconds(5)));
    }

    @Test
    void operatorsThatTakeTimeStayOnTheLoopThatTheyAreUsedOn() {
        for (EventLoop loop : group.loops()) {
            List<Mono<Boolean>> waits = List.of(
                    Mono.delay(Duration.ofMillis(2)).map(tick -> loop.inEventLoop()),
                    Flux.interval(Duration.ofMillis(1))
                            .take(3)
                            .map(tick -> loop.inEventLoop())
                            .last(),
                    Flux.just(1, 2)
                            .delayElements(Duration.ofMillis(1))
                            .map(one -> loop.inEventLoop())
                            .last(),
                    Mono.never()
                            .timeout(Duration.ofMillis(2))
                            .map(one -> false)
                            .onErrorResume(late -> Mono.just(loop.inEventLoop())),
                    Mono.just(1).publishOn(Schedulers.parallel()).map(one -> loop.inEventLoop()));
            for (Mono<Boolean> wait : waits) {
                CompletableFuture<Boolean> stayed = new CompletableFuture<>();
                loop.execute(() -> wait.subscribe(stayed::complete, stayed::completeExceptionally));
                assertThat(RunningLoop.await(stayed)).isTrue();
            }
        }
    }

    @Test
    void fromElsewhereTheLoopsAreTakenInTurn() {
        List<EventLoop> seen = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            seen.add(Mono.delay(Duration.ofMillis(1))
                    .map(tick -> EventLoop.current())
                    .block(LONG));
        }
        assertThat(seen).containsAll(group.loops());
    }

    @Test
    void singleIsOneLoopAndSoAreSchedulersThatOthersMake() {
        Scheduler single = Schedulers.newSingle("whatever");
        Set<EventLoop> seen = Flux.range(0, 5)
                .concatMap(i -> Mono.fromCallable(EventLoop::current).subscribeOn(single))
                .collect(Collectors.toSet())
                .block(LONG);
        assertThat(seen).hasSize(1);
        assertThat(Mono.fromCallable(EventLoop::current)
                        .subscribeOn(Schedulers.newParallel("whatever", 1))
                        .block(LONG))
                .isIn(group.loops());
        single.dispose();
        assertThatThrownBy(() -> single.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(group.loops()).noneMatch(loop -> loop.termination().isDone());
    }

    @Test
    void whatBlocksGoesWhereItDid() {
        assertThat(Mono.fromCallable(() -> Thread.currentThread().getName())
                        .subscribeOn(Schedulers.boundedElastic())
                        .block(LONG))
                .startsWith("boundedElastic");
    }

    @Test
    void virtualTimeWorksOverItAndAResetTakesItBack() {
        StepVerifier.withVirtualTime(() -> Mono.delay(Duration.ofHours(1)))
                .thenAwait(Duration.ofHours(1))
                .expectNextCount(1)
                .expectComplete()
                .verify(LONG);
        Schedulers.resetFactory();
        assertThat(Mono.delay(Duration.ofMillis(1))
                        .map(tick -> Thread.currentThread().getName())
                        .block(LONG))
                .startsWith("parallel-");
    }
}
