package io.gyre.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Phase;
import io.gyre.work.WorkerPool.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WorkerPoolTest {

    private final List<WorkerPool> pools = new ArrayList<>();
    private final EventLoop loop = EventLoop.create();

    private WorkerPool pool(int size) {
        WorkerPool pool = WorkerPool.create(size);
        pools.add(pool);
        return pool;
    }

    @AfterEach
    void closePools() {
        pools.forEach(WorkerPool::close);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        if (!latch.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the latch was not released");
        }
    }

    @Test
    void jobsRunOnADaemonWorkerAndCompleteOnTheLoopInPoll() {
        List<Object> seen = new ArrayList<>();
        Thread main = Thread.currentThread();
        int exit = loop.run(() -> pool(2).submit(
                        loop,
                        Kind.CPU,
                        "answer",
                        () -> {
                            Thread worker = Thread.currentThread();
                            assertThat(worker).isNotSameAs(main);
                            assertThat(worker.isDaemon()).isTrue();
                            return worker.getName();
                        },
                        (error, name) -> {
                            seen.add(String.valueOf(name));
                            seen.add(Thread.currentThread() == main);
                            seen.add(loop.phase());
                            loop.nextTick(() -> seen.add("tick"));
                            loop.setImmediate(() -> seen.add("immediate"));
                        }));
        assertThat(exit).isZero();
        assertThat(seen).containsExactly("gyre-worker-1", true, Phase.POLL, "tick", "immediate");
    }

    @Test
    void whatAJobThrowsIsWhatItCompletesWith() {
        List<@Nullable Object> seen = new ArrayList<>();
        loop.run(() -> pool(1).<String>submit(
                        loop,
                        Kind.FAST_IO,
                        "failing",
                        () -> {
                            throw new java.io.IOException("disk on fire");
                        },
                        (error, result) -> {
                            seen.add(error == null ? null : error.getMessage());
                            seen.add(result);
                        }));
        assertThat(seen).containsExactly("disk on fire", null);
    }

    @Test
    void oneThreadRunsJobsInOrder() {
        List<Integer> started = new ArrayList<>();
        WorkerPool pool = pool(1);
        loop.run(() -> {
            for (int i = 0; i < 50; i++) {
                int n = i;
                pool.submit(loop, Kind.values()[0], "job", () -> started.add(n), (error, ok) -> {});
            }
        });
        assertThat(started).hasSize(50).isSorted();
    }

    @Test
    void aQueuedJobCanBeCancelledAndARunningOneCannot() throws InterruptedException {
        List<String> seen = new ArrayList<>();
        WorkerPool pool = pool(1);
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        loop.run(() -> {
            WorkRequest<String> first = pool.submit(
                    loop,
                    Kind.FAST_IO,
                    "first",
                    () -> {
                        running.countDown();
                        await(gate);
                        return "done";
                    },
                    (error, result) -> seen.add("first " + result));
            WorkRequest<String> second = pool.submit(
                    loop,
                    Kind.FAST_IO,
                    "second",
                    () -> "never",
                    (error, result) -> seen.add(
                            error instanceof WorkCancelledException e ? e.code() + " " + e.getMessage() : "ran"));
            WorkRequest<String> slow = pool.submit(
                    loop, Kind.SLOW_IO, "slow", () -> "never", (error, result) -> seen.add("slow " + (error != null)));
            try {
                await(running);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertThat(pool.active()).isEqualTo(1);
            assertThat(pool.queued()).isEqualTo(2);
            assertThat(first.cancel()).isFalse();
            assertThat(second.cancel()).isTrue();
            assertThat(second.cancel()).isFalse();
            assertThat(slow.cancel()).isTrue();
            assertThat(pool.queued()).isZero();
            seen.add("cancelled");
            gate.countDown();
        });
        assertThat(seen.get(0)).isEqualTo("cancelled");
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "cancelled", "ECANCELED ECANCELED: operation canceled, second", "slow true", "first done");
        // A worker is through with a job a little later than its completion is on its way.
        while (pool.active() > 0) {
            Thread.sleep(1);
        }
    }

    @Test
    void slowJobsLeaveHalfOfTheThreadsToOthers() {
        WorkerPool pool = pool(4);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch twoRun = new CountDownLatch(2);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<String> seen = new ArrayList<>();
        loop.run(() -> {
            for (int i = 0; i < 6; i++) {
                pool.submit(
                        loop,
                        Kind.SLOW_IO,
                        "look-up",
                        () -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            twoRun.countDown();
                            await(gate);
                            return running.decrementAndGet();
                        },
                        (error, n) -> seen.add("slow"));
            }
            pool.submit(
                    loop,
                    Kind.FAST_IO,
                    "read",
                    () -> {
                        await(twoRun);
                        return "";
                    },
                    (error, n) -> {
                        // Reached although four look-ups still wait.
                        seen.add("fast");
                        gate.countDown();
                    });
        });
        assertThat(seen).hasSize(7).startsWith("fast");
        assertThat(most).hasValue(2);
    }

    @Test
    void jobsThatNeedEachOtherAllGetAThreadAlsoWhenOneWorkerIsIdle() {
        for (int round = 0; round < 200; round++) {
            WorkerPool pool = pool(4);
            EventLoop own = EventLoop.create();
            AtomicInteger done = new AtomicInteger();
            own.run(() -> pool.submit(own, Kind.CPU, "warm up", () -> 1, (error, one) -> {
                CountDownLatch allRun = new CountDownLatch(4);
                for (int i = 0; i < 4; i++) {
                    pool.submit(
                            own,
                            Kind.CPU,
                            "meet",
                            () -> {
                                allRun.countDown();
                                await(allRun);
                                return 1;
                            },
                            (failure, ok) -> done.addAndGet(failure == null ? 1 : 0));
                }
            }));
            assertThat(done).hasValue(4);
        }
    }

    @Test
    void aSinglethreadedPoolTakesSlowJobsToo() {
        List<String> seen = new ArrayList<>();
        WorkerPool pool = pool(1);
        loop.run(() -> {
            pool.submit(loop, Kind.SLOW_IO, "a", () -> "a", (error, r) -> seen.add("a"));
            pool.submit(loop, Kind.SLOW_IO, "b", () -> "b", (error, r) -> seen.add("b"));
        });
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void theOutcomeForALoopThatHasEndedIsFreed() throws InterruptedException {
        WorkerPool pool = pool(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch freed = new CountDownLatch(1);
        AutoCloseable resource = freed::countDown;
        int exit = loop.run(() -> {
            pool.submit(
                    loop,
                    Kind.FAST_IO,
                    "open",
                    () -> {
                        await(gate);
                        return resource;
                    },
                    (error, r) -> {
                        throw new AssertionError("the loop has ended");
                    });
            throw loop.exit(3);
        });
        assertThat(exit).isEqualTo(3);
        gate.countDown();
        await(freed);
    }

    @Test
    void aJobKeepsTheLoopAliveAndIsNamed() {
        WorkerPool pool = pool(1);
        List<String> names = new ArrayList<>();
        loop.run(() -> {
            pool.submit(loop, Kind.CPU, "hash 'x'", () -> 1, (error, r) -> {});
            loop.activeResources().forEach(r -> names.add(r.toString()));
        });
        assertThat(names).anyMatch(name -> name.contains("hash 'x'"));
    }

    @Test
    void theSizeComesFromTheEnvironmentAsInLibuv() {
        assertThat(WorkerPool.sizeOf(null, null)).isEqualTo(4);
        assertThat(WorkerPool.sizeOf("8", "2")).isEqualTo(8);
        assertThat(WorkerPool.sizeOf(null, "2")).isEqualTo(2);
        assertThat(WorkerPool.sizeOf("0", null)).isEqualTo(1);
        assertThat(WorkerPool.sizeOf("many", null)).isEqualTo(1);
        assertThat(WorkerPool.sizeOf("5000", null)).isEqualTo(1024);
        assertThatThrownBy(() -> WorkerPool.create(1025)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WorkerPool.create(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theSharedPoolIsOneAndCannotBeClosed() {
        assertThat(WorkerPool.shared()).isSameAs(WorkerPool.shared());
        assertThatThrownBy(() -> WorkerPool.shared().close()).isInstanceOf(UnsupportedOperationException.class);
    }
}
