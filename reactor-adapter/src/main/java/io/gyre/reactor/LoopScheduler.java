package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/** A scheduler over one loop. */
final class LoopScheduler extends TaskScope implements Scheduler, Scannable {

    /** What to add to the loop's clock for nanoseconds since 1970. */
    private final long epochOffset;

    /** Set when the end was asked for and tasks that were accepted before still run. */
    private volatile boolean closing;

    LoopScheduler(EventLoop loop) {
        super(loop, true);
        epochOffset = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis())
                - loop.ticker().nanoTime();
    }

    @Override
    boolean isClosed() {
        return closing || isDisposedItself();
    }

    @Override
    boolean isCancelled() {
        return isDisposedItself();
    }

    @Override
    void joinParent() {
        // It has none.
    }

    @Override
    public Worker createWorker() {
        return new LoopWorker(this);
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(loop.ticker().nanoTime() + epochOffset, TimeUnit.NANOSECONDS);
    }

    @Override
    public void init() {
        if (isDisposed()) {
            throw new IllegalStateException(this + " is disposed and cannot be used again");
        }
    }

    @Override
    public Mono<Void> disposeGracefully() {
        return Mono.create(this::disposeBehindTheQueue);
    }

    /** Posts the end: the loop's queue is first in, first out, so what was accepted before runs before. */
    private void disposeBehindTheQueue(MonoSink<Void> done) {
        closing = true;
        try {
            loop.execute(() -> {
                dispose();
                done.success();
            });
        } catch (RejectedExecutionException ended) {
            dispose();
            done.success();
        }
    }

    @Override
    public boolean isDisposed() {
        return isClosed();
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
        return "loop(\"" + loop.name() + "\")";
    }
}
