package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * A scheduler over the loops of a group, in turn: each worker, and each task without one, goes to the next; or where it
 * is to stay, to the loop that asks.
 */
final class LoopGroupScheduler implements Scheduler, Scannable {

    private final List<LoopScheduler> schedulers;
    private final AtomicInteger next = new AtomicInteger();

    /** Whether a loop of the group that asks is given itself. */
    private final boolean staying;

    LoopGroupScheduler(EventLoopGroup group, boolean staying) {
        schedulers = group.loops().stream().map(LoopScheduler::new).toList();
        this.staying = staying;
    }

    private LoopScheduler next() {
        EventLoop here = staying ? EventLoop.currentOrNull() : null;
        if (here != null) {
            for (LoopScheduler scheduler : schedulers) {
                if (scheduler.loop == here) {
                    return scheduler;
                }
            }
        }
        return schedulers.get(Integer.remainderUnsigned(next.getAndIncrement(), schedulers.size()));
    }

    @Override
    public Disposable schedule(Runnable task) {
        return next().schedule(task);
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return next().schedule(task, delay, unit);
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return next().schedulePeriodically(task, initialDelay, period, unit);
    }

    @Override
    public Worker createWorker() {
        return next().createWorker();
    }

    /** The clock of the first loop, always: times of one scheduler can be compared. */
    @Override
    public long now(TimeUnit unit) {
        return schedulers.get(0).now(unit);
    }

    @Override
    public void init() {
        schedulers.forEach(LoopScheduler::init);
    }

    @Override
    public void dispose() {
        schedulers.forEach(LoopScheduler::dispose);
    }

    @Override
    public Mono<Void> disposeGracefully() {
        return Mono.when(
                schedulers.stream().map(LoopScheduler::disposeGracefully).toList());
    }

    @Override
    public boolean isDisposed() {
        return schedulers.stream().allMatch(LoopScheduler::isDisposed);
    }

    @Override
    @SuppressWarnings("rawtypes") // as Reactor declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        return key == Attr.NAME ? toString() : null;
    }

    @Override
    public String toString() {
        return schedulers.toString();
    }
}
