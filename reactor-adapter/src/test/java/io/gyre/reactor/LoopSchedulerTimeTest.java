package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gyre.loop.EventLoop;
import io.gyre.testing.VirtualTime;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.util.function.Tuple2;

/** Delays, periods and the clock. */
class LoopSchedulerTimeTest {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    @Test
    void aDelayIsNeverEarlyAndRoundsUp() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            running.run(() -> scheduler.schedule(runs::incrementAndGet, 1_500, TimeUnit.MICROSECONDS));
            running.advance(Duration.ofNanos(1_999_999));
            assertThat(runs).hasValue(0);
            running.advance(Duration.ofNanos(1));
            assertThat(runs).hasValue(1);
            running.advance(Duration.ofSeconds(1));
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void delaysRunInTheOrderOfTheirEnds() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler.Worker worker = LoopSchedulers.from(running.loop).createWorker();
            List<String> order = new ArrayList<>();
            worker.schedule(() -> order.add("20"), 20, TimeUnit.MILLISECONDS);
            worker.schedule(() -> order.add("10a"), 10, TimeUnit.MILLISECONDS);
            worker.schedule(() -> order.add("10b"), 10, TimeUnit.MILLISECONDS);
            worker.schedule(() -> order.add("now"));
            running.run(() -> {});
            running.advance(Duration.ofMillis(30));
            assertThat(order).containsExactly("now", "10a", "10b", "20");
        }
    }

    @Test
    void equalDelaysOfOneThreadKeepTheirOrder() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler.Worker worker = LoopSchedulers.from(running.loop).createWorker();
            int tasks = 5_000;
            List<Integer> order = new ArrayList<>();
            CompletableFuture<Void> last = new CompletableFuture<>();
            for (int i = 0; i < tasks; i++) {
                int number = i;
                worker.schedule(
                        () -> {
                            order.add(number);
                            if (number == tasks - 1) {
                                last.complete(null);
                            }
                        },
                        3,
                        TimeUnit.MILLISECONDS);
            }
            RunningLoop.await(last);
            assertThat(order).hasSize(tasks).isSorted();
        }
    }

    @Test
    void aDelayLongerThanATimerCanBe() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            scheduler.schedule(runs::incrementAndGet, 60, TimeUnit.DAYS);
            Disposable never = scheduler.schedule(runs::incrementAndGet, Long.MAX_VALUE, TimeUnit.DAYS);
            running.run(() -> {});
            running.advance(Duration.ofDays(25));
            running.advance(Duration.ofDays(25));
            running.advance(Duration.ofDays(10).minusMillis(1));
            assertThat(runs).hasValue(0);
            running.advance(Duration.ofMillis(1));
            assertThat(runs).hasValue(1);
            assertThat(never.isDisposed()).isFalse();
            never.dispose();
        }
    }

    @Test
    void aPeriodKeepsItsGridAndLeavesOutWhatAStallSwallowed() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            Disposable task = running.call(
                    () -> scheduler.schedulePeriodically(runs::incrementAndGet, 10, 20, TimeUnit.MILLISECONDS));
            running.advance(Duration.ofMillis(9));
            assertThat(runs).hasValue(0);
            running.advance(Duration.ofMillis(1)); // at 10
            assertThat(runs).hasValue(1);
            running.advance(Duration.ofMillis(25)); // at 35, 5 late
            assertThat(runs).hasValue(2);
            running.advance(Duration.ofMillis(15)); // at 50: the lateness did not shift the grid
            assertThat(runs).hasValue(3);
            running.advance(Duration.ofMillis(75)); // at 125: 70, 90 and 110 are one run
            assertThat(runs).hasValue(4);
            running.advance(Duration.ofMillis(4)); // at 129
            assertThat(runs).hasValue(4);
            running.advance(Duration.ofMillis(1)); // at 130
            assertThat(runs).hasValue(5);
            task.dispose();
            running.advance(Duration.ofSeconds(1));
            assertThat(runs).hasValue(5);
        }
    }

    @Test
    void aPeriodOfOneMillisecondRunsOncePerMillisecond() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            // Half a millisecond beside the grid of the loop's timers, where each of them is late by its rounding.
            running.advance(Duration.ofNanos(500_000));
            running.run(() -> scheduler.schedulePeriodically(runs::incrementAndGet, 1, 1, TimeUnit.MILLISECONDS));
            for (int half = 0; half < 200; half++) {
                running.advance(Duration.ofNanos(500_000));
                running.aTurn();
            }
            assertThat(runs.get()).isBetween(97, 100);
        }
    }

    @Test
    void aPeriodOfZeroRunsEveryTurnAndStarvesNothing() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler.Worker worker = LoopSchedulers.from(running.loop).createWorker();
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<Void> often = new CompletableFuture<>();
            worker.schedulePeriodically(
                    () -> {
                        if (runs.incrementAndGet() == 1_000) {
                            often.complete(null);
                        }
                    },
                    0,
                    0,
                    TimeUnit.MILLISECONDS);
            RunningLoop.await(often);
            worker.dispose();
            running.run(() -> {});
            int after = runs.get();
            running.aTurn();
            assertThat(runs).hasValue(after);
        }
    }

    @Test
    void cancellingFromAnyThreadClearsTheTimer() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker worker = scheduler.createWorker();
            AtomicInteger runs = new AtomicInteger();
            Disposable here = scheduler.schedule(runs::incrementAndGet, 5, TimeUnit.MILLISECONDS);
            Disposable onLoop = worker.schedule(runs::incrementAndGet, 5, TimeUnit.MILLISECONDS);
            Disposable periodic = worker.schedulePeriodically(runs::incrementAndGet, 5, 5, TimeUnit.MILLISECONDS);
            assertThat(timers(running)).isEqualTo(3);

            here.dispose();
            running.run(onLoop::dispose);
            periodic.dispose();
            assertThat(timers(running)).isZero();
            running.advance(Duration.ofSeconds(1));
            assertThat(runs).hasValue(0);
            assertThat(List.of(here, onLoop, periodic)).allMatch(Disposable::isDisposed);
        }
    }

    @Test
    void aTimerThatIsCancelledBeforeTheLoopHearsOfItIsNeverSet() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            running.run(() -> {
                // The loop is busy here: the other thread's task is posted and cancelled in the meantime.
                Thread other = new Thread(() -> scheduler
                        .schedule(runs::incrementAndGet, 1, TimeUnit.MILLISECONDS)
                        .dispose());
                other.start();
                join(other);
            });
            assertThat(timers(running)).isZero();
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void aDisposedWorkerClearsItsTimersOnly() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker disposed = scheduler.createWorker();
            Scheduler.Worker other = scheduler.createWorker();
            List<String> ran = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                disposed.schedule(() -> ran.add("disposed"), 5 + i, TimeUnit.MILLISECONDS);
            }
            other.schedule(() -> ran.add("other"), 5, TimeUnit.MILLISECONDS);
            scheduler.schedule(() -> ran.add("direct"), 5, TimeUnit.MILLISECONDS);
            assertThat(timers(running)).isEqualTo(102);
            disposed.dispose();
            assertThat(timers(running)).isEqualTo(2);
            running.advance(Duration.ofSeconds(1));
            assertThat(ran).containsExactly("other", "direct");
        }
    }

    @Test
    void aDisposedSchedulerClearsTheTimersOfItsWorkers() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            List<Disposable> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                Scheduler.Worker worker = scheduler.createWorker();
                tasks.add(worker.schedule(() -> {}, 1, TimeUnit.SECONDS));
                tasks.add(worker.schedulePeriodically(() -> {}, 1, 1, TimeUnit.SECONDS));
            }
            assertThat(timers(running)).isEqualTo(20);
            scheduler.dispose();
            assertThat(timers(running)).isZero();
            assertThat(tasks).allMatch(Disposable::isDisposed);
        }
    }

    @Test
    void aTaskMayDisposeItsWorkerOrItself() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker worker = scheduler.createWorker();
            List<String> ran = new ArrayList<>();
            Disposable[] self = new Disposable[1];
            running.run(() -> {
                self[0] = scheduler.schedulePeriodically(
                        () -> {
                            ran.add("self");
                            self[0].dispose();
                        },
                        1,
                        1,
                        TimeUnit.MILLISECONDS);
                worker.schedule(() -> ran.add("worker's other"), 3, TimeUnit.MILLISECONDS);
                worker.schedule(
                        () -> {
                            ran.add("worker");
                            worker.dispose();
                        },
                        2,
                        TimeUnit.MILLISECONDS);
            });
            running.advance(Duration.ofSeconds(1));
            assertThat(ran).containsExactly("self", "worker");
            assertThat(timers(running)).isZero();
        }
    }

    /** Reactor's own workers search a list for each task that ends; here it costs the same however many wait. */
    @Test
    void outstandingTimersOfAWorkerCostTheSameHoweverMany() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            for (int warmUp = 0; warmUp < 20; warmUp++) {
                nanosPerTimer(running, scheduler, 5_000);
            }
            double few = Double.MAX_VALUE;
            for (int round = 0; round < 50; round++) {
                few = Math.min(few, nanosPerTimer(running, scheduler, 1_000));
            }
            double many = Double.MAX_VALUE;
            for (int round = 0; round < 5; round++) {
                many = Math.min(many, nanosPerTimer(running, scheduler, 100_000));
            }
            // A search would make it hundreds of times as much; memory beyond the caches makes it a few times.
            assertThat(many / few).as("%.0f ns against %.0f ns", many, few).isLessThan(50);
        }
    }

    private static double nanosPerTimer(RunningLoop running, Scheduler scheduler, int count) {
        return running.call(() -> {
            Scheduler.Worker worker = scheduler.createWorker();
            List<Disposable> tasks = new ArrayList<>(count);
            // Of the processor: what else the machine does meanwhile does not count.
            long start = THREADS.getCurrentThreadCpuTime();
            for (int i = 0; i < count; i++) {
                tasks.add(worker.schedule(() -> {}, 1, TimeUnit.HOURS));
            }
            Collections.shuffle(tasks, new Random(1));
            tasks.forEach(Disposable::dispose);
            return (THREADS.getCurrentThreadCpuTime() - start) / (double) count;
        });
    }

    @Test
    void nowFollowsTheLoopsClock() {
        try (RunningLoop running = RunningLoop.withScriptedClock()) {
            long before = System.currentTimeMillis();
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            long after = System.currentTimeMillis();
            long now = scheduler.now(TimeUnit.MILLISECONDS);
            assertThat(now).isBetween(before, after);
            assertThat(scheduler.now(TimeUnit.NANOSECONDS) / 1_000_000).isEqualTo(now);
            running.advance(Duration.ofDays(2));
            assertThat(scheduler.now(TimeUnit.MILLISECONDS) - now).isEqualTo(TimeUnit.DAYS.toMillis(2));
            assertThat(scheduler.now(TimeUnit.SECONDS)).isEqualTo((now + TimeUnit.DAYS.toMillis(2)) / 1_000);
        }
    }

    @Test
    void aWholePipelineRunsInVirtualTime() {
        EventLoop loop = new VirtualTime().builder().build();
        List<String> log = new ArrayList<>();
        int code = loop.run(() -> {
            Scheduler scheduler = LoopSchedulers.from(loop);
            Flux.interval(Duration.ofHours(1), scheduler)
                    .elapsed(scheduler)
                    .take(3)
                    .concatWith(Mono.<Tuple2<Long, Long>>never().timeout(Duration.ofDays(1), scheduler))
                    .subscribe(
                            tick -> log.add(tick.getT2() + " after " + Duration.ofMillis(tick.getT1())),
                            error -> log.add(error.getClass().getSimpleName()));
        });
        assertThat(code).isZero();
        assertThat(log).containsExactly("0 after PT1H", "1 after PT1H", "2 after PT1H", "TimeoutException");
    }

    @Test
    void nowIsTheWallClockOnAnOrdinaryLoop() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            assertThat(scheduler.now(TimeUnit.MILLISECONDS)).isCloseTo(System.currentTimeMillis(), within(60_000L));
        }
    }

    private static long timers(RunningLoop running) {
        return running.call(() -> running.loop.activeResources().stream()
                .filter(r -> r.toString().contains("Timeout"))
                .count());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
