package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.gyre.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Schedulers over loops whose time is not real, and in verifiers whose time is not real. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class VirtualTimeTest {

    @Test
    void aWholeProgramOfOperatorsRunsInTheLoopsVirtualTime() {
        List<String> log = new ArrayList<>();
        VirtualTime time = new VirtualTime();
        EventLoop loop = time.builder().build();
        int code = loop.run(() -> {
            Scheduler scheduler = LoopSchedulers.from(loop);
            Flux.interval(Duration.ofHours(1), scheduler)
                    .take(3)
                    .elapsed(scheduler)
                    .subscribe(tick -> log.add(tick.getT2() + " after "
                            + Duration.ofMillis(tick.getT1()).toMinutes() + " min"));
            Mono.never()
                    .timeout(Duration.ofMinutes(90), scheduler)
                    .subscribe(nothing -> {}, error -> log.add("timeout"));
        });
        assertThat(code).isZero();
        assertThat(log).containsExactly("0 after 60 min", "timeout", "1 after 60 min", "2 after 60 min");
        assertThat(Duration.ofNanos(time.nanoTime())).isEqualTo(Duration.ofHours(3));
    }

    @Test
    void aVerifierStepsThroughALoopThatIsDrivenByHand() {
        VirtualTime time = new VirtualTime();
        try (VirtualTime.Rig rig = time.drive()) {
            Scheduler scheduler = LoopSchedulers.from(rig.loop());
            StepVerifier.create(Flux.just("a", "b").delayElements(Duration.ofSeconds(10), scheduler))
                    .then(() -> rig.advanceTimeBy(Duration.ofSeconds(10)))
                    .expectNext("a")
                    .then(() -> rig.advanceTimeBy(Duration.ofSeconds(10)))
                    .expectNext("b")
                    .expectComplete()
                    .verify(Duration.ofSeconds(30));
            assertThat(time.nanoTime()).isEqualTo(Duration.ofSeconds(20).toNanos());
        }
    }

    /** Reactor's virtual clock and a driven loop's, moved together: what thenAwait moves is the loop too. */
    private static final class OneClock extends VirtualTimeScheduler {

        private final VirtualTime.Rig rig;

        OneClock(VirtualTime.Rig rig) {
            super(false);
            this.rig = rig;
        }

        @Override
        public void advanceTimeBy(Duration time) {
            // In steps, so that what one clock starts on the other is due at its own time.
            for (long left = time.toMillis(); left > 0; left--) {
                rig.advanceTimeBy(Duration.ofMillis(1));
                super.advanceTimeBy(Duration.ofMillis(1));
            }
            rig.turn();
            super.advanceTimeBy(Duration.ZERO);
            rig.turn();
        }
    }

    @Test
    void withVirtualTimeMovesTheLoopToo() {
        VirtualTime time = new VirtualTime();
        try (VirtualTime.Rig rig = time.drive()) {
            Scheduler scheduler = LoopSchedulers.from(rig.loop());
            StepVerifier.withVirtualTime(
                            () -> Flux.interval(Duration.ofSeconds(2))
                                    .publishOn(scheduler)
                                    .delayElements(Duration.ofSeconds(1), scheduler)
                                    .map(n -> n + (rig.loop().inEventLoop() ? " on the loop" : " elsewhere"))
                                    .take(2),
                            () -> new OneClock(rig),
                            Long.MAX_VALUE)
                    .expectSubscription()
                    .expectNoEvent(Duration.ofMillis(2_999))
                    .thenAwait(Duration.ofMillis(2))
                    .expectNext("0 on the loop")
                    .thenAwait(Duration.ofSeconds(2))
                    .expectNext("1 on the loop")
                    .expectComplete()
                    .verify(Duration.ofSeconds(30));
        }
        assertThat(VirtualTimeScheduler.isFactoryEnabled()).isFalse();
    }

    @Test
    void withVirtualTimeReactorsOwnTimeIsVirtualAndTheLoopsIsItsOwn() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            StepVerifier.withVirtualTime(() -> Flux.interval(Duration.ofDays(1))
                            .publishOn(scheduler)
                            .map(n -> running.loop.inEventLoop())
                            .take(3))
                    .thenAwait(Duration.ofDays(3))
                    .expectNext(true, true, true)
                    .expectComplete()
                    .verify(Duration.ofSeconds(30));
        }
    }
}
