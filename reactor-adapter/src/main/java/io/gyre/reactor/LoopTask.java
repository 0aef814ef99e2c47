package io.gyre.reactor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** A task that is posted to the loop as itself: the one object that a hop costs. */
final class LoopTask implements Runnable, Disposable {

    private static final VarHandle WORK;

    static {
        try {
            WORK = MethodHandles.lookup().findVarHandle(LoopTask.class, "work", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final TaskScope scope;

    /** Null once it has run or was cancelled. Through WORK after construction; the queue publishes the first value. */
    @SuppressWarnings("unused")
    private @Nullable Runnable work;

    LoopTask(TaskScope scope, Runnable work) {
        this.scope = scope;
        this.work = work;
    }

    @Override
    public void run() {
        Runnable task = (Runnable) WORK.getAcquire(this);
        if (task == null || scope.isCancelled()) {
            return;
        }
        try {
            task.run();
        } catch (Throwable t) {
            TaskErrors.report(scope.loop, t);
        } finally {
            WORK.setRelease(this, null);
        }
    }

    @Override
    public void dispose() {
        WORK.setRelease(this, null);
    }

    @Override
    public boolean isDisposed() {
        return WORK.getAcquire(this) == null || scope.isCancelled();
    }
}
