package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What Reactor asks of every scheduler, of one over a loop and of one over a group. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SchedulerContractTest {

    /** Over what a scheduler is made. */
    enum Over {
        LOOP,
        GROUP;

        void with(ThrowingConsumer test) throws Exception {
            if (this == LOOP) {
                try (RunningLoop running = RunningLoop.start()) {
                    test.accept(LoopSchedulers.from(running.loop));
                }
            } else {
                try (EventLoopGroup group = EventLoopGroup.start(2)) {
                    test.accept(LoopSchedulers.from(group));
                }
            }
        }
    }

    interface ThrowingConsumer {
        void accept(Scheduler scheduler) throws Exception;
    }

    /** A way to schedule something that blocks until it is let go. */
    enum Way {
        DIRECT((scheduler, task) -> scheduler.schedule(task)),
        DIRECT_DELAYED((scheduler, task) -> scheduler.schedule(task, 1, TimeUnit.MILLISECONDS)),
        DIRECT_PERIODIC((scheduler, task) -> scheduler.schedulePeriodically(task, 1, 1, TimeUnit.MILLISECONDS)),
        WORKER((scheduler, task) -> scheduler.createWorker().schedule(task)),
        WORKER_DELAYED((scheduler, task) -> scheduler.createWorker().schedule(task, 1, TimeUnit.MILLISECONDS)),
        WORKER_PERIODIC(
                (scheduler, task) -> scheduler.createWorker().schedulePeriodically(task, 1, 1, TimeUnit.MILLISECONDS));

        interface Schedule {
            Disposable apply(Scheduler scheduler, Runnable task);
        }

        final Schedule schedule;

        Way(Schedule schedule) {
            this.schedule = schedule;
        }
    }

    @ParameterizedTest
    @EnumSource
    void aNewSchedulerIsNotDisposedAndMayBeInitialisedOften(Over over) throws Exception {
        over.with(scheduler -> {
            assertThat(scheduler.isDisposed()).isFalse();
            assertThatCode(() -> {
                        scheduler.init();
                        scheduler.init();
                    })
                    .doesNotThrowAnyException();
        });
    }

    @ParameterizedTest
    @EnumSource
    void aDisposedSchedulerCannotBeInitialisedAgain(Over over) throws Exception {
        for (Function<Scheduler, Mono<Void>> end : List.<Function<Scheduler, Mono<Void>>>of(
                scheduler -> Mono.fromRunnable(scheduler::dispose), Scheduler::disposeGracefully)) {
            over.with(scheduler -> {
                end.apply(scheduler).block();
                assertThat(scheduler.isDisposed()).isTrue();
                assertThatThrownBy(scheduler::init).isInstanceOf(IllegalStateException.class);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRunningTaskIsNotDisposedUntilItIs(Way way) throws Exception {
        for (Over over : Over.values()) {
            over.with(scheduler -> {
                CountDownLatch runs = new CountDownLatch(1);
                CountDownLatch go = new CountDownLatch(1);
                Disposable task = way.schedule.apply(scheduler, () -> {
                    runs.countDown();
                    LoopSchedulerTest.awaitUninterrupted(go);
                });
                LoopSchedulerTest.awaitUninterrupted(runs);
                assertThat(task.isDisposed()).isFalse();
                task.dispose();
                task.dispose();
                assertThat(task.isDisposed()).isTrue();
                go.countDown();
                scheduler.dispose();
                scheduler.dispose();
                assertThat(scheduler.isDisposed()).isTrue();
                assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDisposedWorkerHasDisposedOfAllItsTasks(Over over) throws Exception {
        over.with(scheduler -> {
            Scheduler.Worker worker = scheduler.createWorker();
            CountDownLatch runs = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            worker.schedule(() -> {
                runs.countDown();
                LoopSchedulerTest.awaitUninterrupted(go);
            });
            LoopSchedulerTest.awaitUninterrupted(runs);
            AtomicInteger ran = new AtomicInteger();
            List<Disposable> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                tasks.add(worker.schedule(ran::incrementAndGet));
                tasks.add(worker.schedule(ran::incrementAndGet, 1, TimeUnit.MILLISECONDS));
            }
            worker.dispose();
            worker.dispose();
            assertThat(worker.isDisposed()).isTrue();
            assertThat(tasks).allMatch(Disposable::isDisposed);
            assertThatThrownBy(() -> worker.schedule(() -> {})).isSameAs(Exceptions.failWithRejected());
            go.countDown();
            scheduler.disposeGracefully().block();
            assertThat(ran).hasValue(0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void everyGracefulEndWaitsForTheRunningTask(Over over) throws Exception {
        over.with(scheduler -> {
            CountDownLatch runs = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            scheduler.schedule(() -> {
                runs.countDown();
                LoopSchedulerTest.awaitUninterrupted(go);
            });
            LoopSchedulerTest.awaitUninterrupted(runs);
            List<CompletableFuture<Void>> ends = IntStream.range(0, 10)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                                    () -> scheduler.disposeGracefully().toFuture())
                            .thenCompose(end -> end))
                    .toList();
            // One that gives up waiting changes nothing for the others.
            assertThatThrownBy(() -> scheduler
                            .disposeGracefully()
                            .timeout(Duration.ofMillis(1))
                            .block())
                    .hasCauseInstanceOf(java.util.concurrent.TimeoutException.class);
            assertThat(ends).noneMatch(CompletableFuture::isDone);
            assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
            go.countDown();
            ends.forEach(RunningLoop::await);
            scheduler.disposeGracefully().block();
            assertThat(scheduler.isDisposed()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void disposeCutsAGracefulEndShort(Over over) throws Exception {
        over.with(scheduler -> {
            CountDownLatch runs = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger ran = new AtomicInteger();
            Scheduler.Worker worker = scheduler.createWorker();
            worker.schedule(() -> {
                runs.countDown();
                LoopSchedulerTest.awaitUninterrupted(go);
            });
            worker.schedule(ran::incrementAndGet);
            LoopSchedulerTest.awaitUninterrupted(runs);
            CompletableFuture<Void> end = scheduler.disposeGracefully().toFuture();
            scheduler.dispose();
            go.countDown();
            RunningLoop.await(end);
            assertThat(ran).hasValue(0);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aWorkerKeepsTheOrderOfManyThreadsTasks(Over over) throws Exception {
        over.with(scheduler -> {
            Scheduler.Worker worker = scheduler.createWorker();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                int number = i;
                // Each on another thread, one after the other.
                CompletableFuture.runAsync(() -> worker.schedule(() -> order.add(number)))
                        .join();
            }
            CompletableFuture<Void> done = new CompletableFuture<>();
            worker.schedule(() -> done.complete(null));
            RunningLoop.await(done);
            assertThat(order).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        });
    }
}
