package io.gyre.benchmarks;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A scheduler of Reactor with one thread, the single or the parallel one: a worker for tasks in order, as {@code publishOn} uses it, and the scheduler itself
 * for timers, as {@code Mono.delay} does. (A worker looks through all its timers to forget one.)
 */
final class ReactorContestant implements Contestant {

    final Scheduler scheduler;
    private final Scheduler.Worker worker;

    ReactorContestant(Scheduler scheduler) {
        this.scheduler = scheduler;
        this.worker = scheduler.createWorker();
    }

    static ReactorContestant single() {
        return new ReactorContestant(Schedulers.newSingle("reactor", true));
    }

    static ReactorContestant parallel() {
        return new ReactorContestant(Schedulers.newParallel("parallel", 1, true));
    }

    @Override
    public Runnable post(Runnable task) {
        return () -> worker.schedule(task);
    }

    @Override
    public Chain chain() {
        return new Chain() {
            @Override
            void begin() {
                worker.schedule(this);
            }

            @Override
            void next() {
                worker.schedule(this);
            }
        };
    }

    @Override
    public Object setTimer(Runnable task, long delayMillis) {
        return scheduler.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void clearTimer(Object timer) {
        ((Disposable) timer).dispose();
    }

    @Override
    public void close() {
        worker.dispose();
        scheduler.dispose();
    }
}
