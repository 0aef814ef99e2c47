package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What Reactor's hooks see of tasks and of their errors. */
class LoopSchedulerHooksTest {

    private static final String HOOK = "LoopSchedulerHooksTest";

    private final List<String> errors = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void resetHooks() {
        Schedulers.resetOnScheduleHook(HOOK);
        Schedulers.resetOnHandleError(HOOK);
    }

    @Test
    void everyTaskPassesTheScheduleHook() {
        AtomicInteger decorated = new AtomicInteger();
        AtomicInteger ran = new AtomicInteger();
        Schedulers.onScheduleHook(HOOK, task -> {
            decorated.incrementAndGet();
            return () -> {
                ran.incrementAndGet();
                task.run();
            };
        });
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker worker = scheduler.createWorker();
            CompletableFuture<Void> often = new CompletableFuture<>();
            AtomicInteger ticks = new AtomicInteger();
            scheduler.schedule(() -> {});
            worker.schedule(() -> {});
            scheduler.schedule(() -> {}, 1, TimeUnit.HOURS);
            worker.schedule(() -> {}, 1, TimeUnit.HOURS);
            Disposable periodic = worker.schedulePeriodically(
                    () -> {
                        if (ticks.incrementAndGet() == 3) {
                            often.complete(null);
                        }
                    },
                    0,
                    1,
                    TimeUnit.MILLISECONDS);
            RunningLoop.await(often);
            periodic.dispose();
            running.run(() -> {});
            assertThat(decorated).hasValue(5);
            assertThat(ran.get()).isEqualTo(2 + ticks.get());
        }
    }

    @Test
    void anErrorReachesTheLoopsPolicyThenTheHook() {
        Schedulers.onHandleError(HOOK, (thread, error) -> errors.add("hook " + error.getMessage()));
        RunningLoop fresh = RunningLoop.notStarted();
        fresh.loop.onUncaughtException((error, origin) -> errors.add("policy " + error.getMessage()));
        try (RunningLoop running = fresh.started()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Thread.UncaughtExceptionHandler former =
                    running.call(() -> Thread.currentThread().getUncaughtExceptionHandler());
            scheduler.schedule(() -> {
                throw new IllegalStateException("one");
            });
            scheduler.createWorker().schedule(() -> {
                throw Exceptions.propagate(new IOException("two"));
            });
            running.run(() -> {});
            assertThat(errors).containsExactly("policy one", "hook one", "policy two", "hook two");
            assertThat(running.call(() -> Thread.currentThread().getUncaughtExceptionHandler()))
                    .isSameAs(former);
        }
    }

    @Test
    void aPeriodicTaskGoesOnAfterAnErrorThatWasHandled() {
        RunningLoop fresh = RunningLoop.notStarted();
        fresh.loop.onUncaughtException((error, origin) -> errors.add(error.getMessage()));
        try (RunningLoop running = fresh.started()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            CompletableFuture<Void> third = new CompletableFuture<>();
            scheduler.schedulePeriodically(
                    () -> {
                        if (runs.incrementAndGet() == 3) {
                            third.complete(null);
                        } else if (runs.get() < 3) {
                            throw new IllegalStateException("run " + runs.get());
                        }
                    },
                    1,
                    1,
                    TimeUnit.MILLISECONDS);
            RunningLoop.await(third);
            assertThat(errors).containsExactly("run 1", "run 2");
        }
    }

    @Test
    void anErrorThatNobodyHandlesEndsTheLoop() {
        RunningLoop running = RunningLoop.start();
        LoopSchedulers.from(running.loop).schedule(() -> {
            throw new IllegalStateException("expected in this test's log");
        });
        assertThat(RunningLoop.await(running.loop.termination())).isEqualTo(1);
    }

    @Test
    void exitLeavesATask() {
        Schedulers.onHandleError(HOOK, (thread, error) -> errors.add("hook"));
        RunningLoop running = RunningLoop.start();
        LoopSchedulers.from(running.loop).schedule(() -> running.loop.exit(3));
        assertThat(RunningLoop.await(running.loop.termination())).isEqualTo(3);
    }
}
