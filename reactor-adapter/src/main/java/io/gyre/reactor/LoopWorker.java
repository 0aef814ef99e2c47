package io.gyre.reactor;

import org.jspecify.annotations.Nullable;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;

/** Tasks of one user of a scheduler, in order, on the scheduler's loop. */
final class LoopWorker extends TaskScope implements Scheduler.Worker, Scannable {

    private final LoopScheduler scheduler;

    LoopWorker(LoopScheduler scheduler) {
        super(scheduler.loop, false);
        this.scheduler = scheduler;
    }

    @Override
    boolean isClosed() {
        return isDisposedItself() || scheduler.isClosed();
    }

    @Override
    boolean isCancelled() {
        return isDisposedItself() || scheduler.isCancelled();
    }

    @Override
    void joinParent() {
        joinListOf(scheduler);
    }

    @Override
    public boolean isDisposed() {
        return isCancelled();
    }

    @Override
    @SuppressWarnings("rawtypes") // as Reactor declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        if (key == Attr.PARENT) {
            return scheduler;
        }
        return key == Attr.NAME ? toString() : null;
    }

    @Override
    public String toString() {
        return scheduler + ".worker";
    }
}
