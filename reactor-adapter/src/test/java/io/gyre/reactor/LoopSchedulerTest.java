package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.gyre.loop.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/** Tasks without a delay, and the ends of schedulers and workers. */
class LoopSchedulerTest {

    private record Entry(int thread, int number) {}

    @Test
    void tasksOfEachThreadRunInOrderOnTheLoop() throws Exception {
        int threads = 3;
        int tasks = 10_000;
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            List<Entry> ran = new ArrayList<>();
            AtomicInteger elsewhere = new AtomicInteger();
            List<Thread> posters = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Scheduler.Worker worker = scheduler.createWorker();
                posters.add(new Thread(() -> {
                    for (int i = 0; i < tasks; i++) {
                        Entry entry = new Entry(thread, i);
                        Runnable task = () -> {
                            ran.add(entry);
                            if (!running.loop.inEventLoop()) {
                                elsewhere.incrementAndGet();
                            }
                        };
                        if (i % 2 == 0) {
                            worker.schedule(task);
                        } else {
                            scheduler.schedule(task);
                        }
                    }
                }));
            }
            posters.forEach(Thread::start);
            for (Thread poster : posters) {
                poster.join();
            }
            running.run(() -> {});

            assertThat(elsewhere).hasValue(0);
            assertThat(ran).hasSize(threads * tasks);
            for (int t = 0; t < threads; t++) {
                int thread = t;
                assertThat(ran.stream().filter(e -> e.thread == thread).map(Entry::number))
                        .isSorted()
                        .hasSize(tasks);
            }
        }
    }

    @Test
    void directTasksWorkersAndPostsShareOneOrder() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker one = scheduler.createWorker();
            Scheduler.Worker two = scheduler.createWorker();
            List<Integer> order = new ArrayList<>();
            for (Runnable from : new Runnable[] {() -> {}, null}) {
                Runnable schedule = () -> {
                    one.schedule(() -> order.add(1));
                    scheduler.schedule(() -> order.add(2));
                    running.loop.execute(() -> order.add(3));
                    two.schedule(() -> order.add(4), 0, TimeUnit.SECONDS);
                    scheduler.schedulePeriodically(() -> order.add(5), 0, 1, TimeUnit.HOURS);
                    one.schedule(() -> order.add(6));
                };
                order.clear();
                if (from == null) {
                    running.run(schedule);
                } else {
                    schedule.run();
                }
                running.run(() -> {});
                assertThat(order).containsExactly(1, 2, 3, 4, 5, 6);
            }
        }
    }

    @Test
    void aTaskScheduledOnTheLoopIsAMacrotask() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            List<String> order = new ArrayList<>();
            running.run(() -> {
                scheduler.schedule(
                        () -> order.add("task in " + EventLoop.current().phase()));
                running.loop.queueMicrotask(() -> order.add("microtask"));
                running.loop.nextTick(() -> order.add("tick"));
                order.add("end");
            });
            running.run(() -> {});
            assertThat(order).containsExactly("end", "tick", "microtask", "task in " + Phase.POLL);
        }
    }

    @Test
    void aTaskScheduledOnTheLoopKeepsItsContextFrame() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("request");
            CompletableFuture<String> seen = new CompletableFuture<>();
            CompletableFuture<String> seenLater = new CompletableFuture<>();
            running.run(() -> storage.run("request 1", () -> {
                scheduler.schedule(() -> seen.complete(storage.getStore()));
                scheduler.schedule(() -> seenLater.complete(storage.getStore()), 1, TimeUnit.MILLISECONDS);
            }));
            assertThat(RunningLoop.await(seen)).isEqualTo("request 1");
            assertThat(RunningLoop.await(seenLater)).isEqualTo("request 1");
        }
    }

    @Test
    void aCancelledTaskDoesNotRun() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            List<Disposable> tasks = new ArrayList<>();
            running.run(() -> {
                // From the loop's own thread, so that none of them can have run yet.
                tasks.add(scheduler.schedule(runs::incrementAndGet));
                tasks.add(scheduler.createWorker().schedule(runs::incrementAndGet));
                tasks.add(scheduler.schedule(runs::incrementAndGet));
                assertThat(tasks).noneMatch(Disposable::isDisposed);
                tasks.get(0).dispose();
                tasks.get(1).dispose();
            });
            running.run(() -> {});
            assertThat(runs).hasValue(1);
            assertThat(tasks).allMatch(Disposable::isDisposed);
        }
    }

    @Test
    void aTaskIsCancelledFromAnotherThread() throws Exception {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            CountDownLatch busy = new CountDownLatch(1);
            AtomicInteger runs = new AtomicInteger();
            scheduler.schedule(() -> awaitUninterrupted(busy));
            Disposable task = scheduler.schedule(runs::incrementAndGet);
            task.dispose();
            busy.countDown();
            running.run(() -> {});
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void aDisposedWorkerCancelsItsOwnTasksAndRejectsMore() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker disposed = scheduler.createWorker();
            Scheduler.Worker other = scheduler.createWorker();
            List<String> ran = new ArrayList<>();
            CountDownLatch busy = new CountDownLatch(1);
            scheduler.schedule(() -> awaitUninterrupted(busy));
            Disposable task = disposed.schedule(() -> ran.add("disposed"));
            other.schedule(() -> ran.add("other"));
            disposed.dispose();
            busy.countDown();
            running.run(() -> {});

            assertThat(ran).containsExactly("other");
            assertThat(disposed.isDisposed()).isTrue();
            assertThat(task.isDisposed()).isTrue();
            assertThat(scheduler.isDisposed()).isFalse();
            assertRejects(disposed);
            other.schedule(() -> ran.add("more"));
            running.run(() -> {});
            assertThat(ran).containsExactly("other", "more");
        }
    }

    @Test
    void aDisposedSchedulerCancelsAndRejectsAndLeavesTheLoopRunning() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            Scheduler.Worker worker = scheduler.createWorker();
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch busy = new CountDownLatch(1);
            running.loop.execute(() -> awaitUninterrupted(busy));
            scheduler.schedule(runs::incrementAndGet);
            worker.schedule(runs::incrementAndGet);
            worker.schedule(runs::incrementAndGet, 1, TimeUnit.MILLISECONDS);
            scheduler.schedulePeriodically(runs::incrementAndGet, 1, 1, TimeUnit.MILLISECONDS);
            scheduler.dispose();
            busy.countDown();
            running.run(() -> {});

            assertThat(runs).hasValue(0);
            assertThat(scheduler.isDisposed()).isTrue();
            assertThat(worker.isDisposed()).isTrue();
            assertRejects(scheduler);
            assertRejects(worker);
            assertThatThrownBy(scheduler::init).isInstanceOf(IllegalStateException.class);
            assertThat(running.loop.termination()).isNotDone();
            assertThat(running.call(() -> running.loop.activeResources().stream()
                            .filter(r -> r.toString().contains("ms"))
                            .toList()))
                    .isEmpty();
            assertThat(LoopSchedulers.from(running.loop).isDisposed()).isFalse();
        }
    }

    /** Each task is rejected, has run or is cancelled, whichever way the race went, and nothing runs afterwards. */
    @Test
    void disposingRacesWithSchedulingFromManyThreads() throws Exception {
        try (RunningLoop running = RunningLoop.start()) {
            for (int round = 0; round < 100; round++) {
                Scheduler scheduler = LoopSchedulers.from(running.loop);
                Scheduler.Worker worker = scheduler.createWorker();
                AtomicInteger ran = new AtomicInteger();
                Queue<Disposable> accepted = new ConcurrentLinkedQueue<>();
                List<CompletableFuture<Void>> posters = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    int way = i;
                    posters.add(CompletableFuture.runAsync(() -> {
                        try {
                            while (true) {
                                accepted.add(
                                        switch (way) {
                                            case 0 -> worker.schedule(ran::incrementAndGet);
                                            case 1 -> worker.schedule(ran::incrementAndGet, 1, TimeUnit.MILLISECONDS);
                                            default ->
                                                scheduler.schedulePeriodically(
                                                        ran::incrementAndGet, 0, 1, TimeUnit.MILLISECONDS);
                                        });
                            }
                        } catch (RejectedExecutionException end) {
                            // It was disposed of.
                        }
                    }));
                }
                while (ran.get() < 10) {
                    Thread.onSpinWait();
                }
                if (round % 2 == 0) {
                    worker.dispose();
                }
                scheduler.dispose();
                posters.forEach(RunningLoop::await);
                running.aTurn();
                int after = ran.get();
                assertThat(accepted).allMatch(Disposable::isDisposed);
                running.call(() -> running.loop.setTimeout(() -> {}, 1));
                running.aTurn();
                assertThat(ran).hasValue(after);
            }
        }
    }

    @Test
    void aGracefulEndLetsWhatIsQueuedRun() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            AtomicInteger runs = new AtomicInteger();
            CountDownLatch busy = new CountDownLatch(1);
            scheduler.schedule(() -> awaitUninterrupted(busy));
            scheduler.schedule(runs::incrementAndGet);
            scheduler.schedulePeriodically(runs::incrementAndGet, 1, 1, TimeUnit.HOURS);
            CompletableFuture<Void> done = scheduler.disposeGracefully().toFuture();
            assertThat(scheduler.isDisposed()).isTrue();
            assertRejects(scheduler);
            assertThat(done).isNotDone();
            busy.countDown();
            RunningLoop.await(done);
            assertThat(runs).hasValue(1);
            RunningLoop.await(scheduler.disposeGracefully().toFuture());
        }
    }

    @Test
    void aLoopThatHasEndedRejectsEveryTask() {
        RunningLoop running = RunningLoop.start();
        Scheduler scheduler = LoopSchedulers.from(running.loop);
        Scheduler.Worker worker = scheduler.createWorker();
        Disposable waiting = worker.schedule(() -> {}, 1, TimeUnit.HOURS);
        running.run(() -> {});
        running.close();
        assertRejects(scheduler);
        assertRejects(worker);
        waiting.dispose();
        assertThat(waiting.isDisposed()).isTrue();
        worker.dispose();
        RunningLoop.await(scheduler.disposeGracefully().toFuture());
        scheduler.dispose();
        assertThat(scheduler.isDisposed()).isTrue();
    }

    @Test
    void aTaskThatWaitsKeepsTheLoopAliveUntilItRan() {
        EventLoop loop = EventLoop.create();
        Scheduler scheduler = LoopSchedulers.from(loop);
        List<String> ran = new ArrayList<>();
        int code = loop.run(() -> {
            scheduler.schedule(() -> ran.add("posted"));
            scheduler.schedule(() -> ran.add("delayed"), 2, TimeUnit.MILLISECONDS);
            Disposable never = scheduler.schedulePeriodically(() -> ran.add("never"), 1, 1, TimeUnit.HOURS);
            scheduler.schedule(never::dispose, 1, TimeUnit.MILLISECONDS);
        });
        assertThat(code).isZero();
        assertThat(ran).containsExactlyInAnyOrder("posted", "delayed");
    }

    @Test
    void aLoopThatHasNotRunYetTakesTasks() {
        EventLoop loop = EventLoop.create();
        List<String> ran = new ArrayList<>();
        LoopSchedulers.from(loop).schedule(() -> ran.add("task"));
        loop.run(() -> ran.add("main"));
        assertThat(ran).containsExactly("main", "task");
    }

    @Test
    void aWorkerOfAGroupStaysOnOneLoop() {
        try (EventLoopGroup group = EventLoopGroup.start(2)) {
            Scheduler scheduler = LoopSchedulers.from(group);
            Scheduler.Worker one = scheduler.createWorker();
            Scheduler.Worker two = scheduler.createWorker();
            List<EventLoop> ofOne = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                ofOne.add(loopOf(one));
            }
            assertThat(ofOne).containsOnly(ofOne.get(0));
            assertThat(loopOf(two)).isIn(group.loops()).isNotSameAs(ofOne.get(0));

            List<EventLoop> direct = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                CompletableFuture<EventLoop> ran = new CompletableFuture<>();
                scheduler.schedule(() -> ran.complete(EventLoop.current()));
                direct.add(RunningLoop.await(ran));
            }
            assertThat(direct).containsExactlyInAnyOrderElementsOf(group.loops());

            RunningLoop.await(scheduler.disposeGracefully().toFuture());
            assertThat(scheduler.isDisposed()).isTrue();
            assertRejects(scheduler);
            assertRejects(one);
        }
    }

    @Test
    void namesSayWhichLoop() {
        try (RunningLoop running = RunningLoop.start()) {
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            assertThat(Scannable.from(scheduler).scan(Scannable.Attr.NAME)).isEqualTo("loop(\"the-loop\")");
            Scannable worker = Scannable.from(scheduler.createWorker());
            assertThat(worker.scan(Scannable.Attr.PARENT)).isSameAs(scheduler);
            assertThat(worker.scan(Scannable.Attr.TERMINATED)).isFalse();
            scheduler.dispose();
            assertThat(worker.scan(Scannable.Attr.TERMINATED)).isTrue();
        }
    }

    private static EventLoop loopOf(Scheduler.Worker worker) {
        CompletableFuture<EventLoop> ran = new CompletableFuture<>();
        worker.schedule(() -> ran.complete(EventLoop.current()));
        return RunningLoop.await(ran);
    }

    private static void assertRejects(Scheduler scheduler) {
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, TimeUnit.MILLISECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedulePeriodically(() -> {}, 0, 1, TimeUnit.MILLISECONDS))
                .isInstanceOf(RejectedExecutionException.class);
    }

    private static void assertRejects(Scheduler.Worker worker) {
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedule(() -> {}, 1, TimeUnit.MILLISECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> worker.schedulePeriodically(() -> {}, 0, 1, TimeUnit.MILLISECONDS))
                .isInstanceOf(RejectedExecutionException.class);
    }

    static void awaitUninterrupted(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody opened the latch");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
