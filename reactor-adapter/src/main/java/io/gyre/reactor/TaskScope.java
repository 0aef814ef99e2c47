package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.scheduler.Schedulers;

/**
 * Tasks on one loop that are accepted and cancelled together: those of a scheduler or of a worker.
 *
 * <p>Tasks without a delay are posts to the loop and are not kept: they look at their scope when their turn comes. Only
 * delayed and periodic ones are, since their timers must be cleared. All methods may be called from any thread, except
 * {@link #keep}, {@link #release} and {@link #cancel}, which belong to the loop's.
 */
abstract class TaskScope extends Link implements Disposable {

    final EventLoop loop;

    /** Delayed and periodic tasks, and scopes that hold some. On the loop's thread. */
    private final Head timed = new Head();

    private volatile boolean disposed;

    /** Written before a timed task looks whether this is disposed; read after this was. */
    private volatile boolean everTimed;

    /**
     * Makes an open scope.
     *
     * @param loop where the tasks run
     * @param parent whether other scopes join this one: they may do so at any time
     */
    TaskScope(EventLoop loop, boolean parent) {
        this.loop = loop;
        this.everTimed = parent;
    }

    /** Whether no task may be added any more. */
    abstract boolean isClosed();

    /** Whether tasks that were added must not run. */
    abstract boolean isCancelled();

    /** Tells what this belongs to that its first timed task was kept, on the loop's thread. */
    abstract void joinParent();

    final boolean isDisposedItself() {
        return disposed;
    }

    public final Disposable schedule(Runnable task) {
        LoopTask scheduled = new LoopTask(this, decorated(task));
        post(scheduled);
        return scheduled;
    }

    public final Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return delay <= 0 ? schedule(task) : start(new TimedTask(this, decorated(task), unit.toNanos(delay), -1));
    }

    public final Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return start(new TimedTask(
                this, decorated(task), Math.max(0, unit.toNanos(initialDelay)), Math.max(0, unit.toNanos(period))));
    }

    private static Runnable decorated(Runnable task) {
        return Schedulers.onSchedule(Objects.requireNonNull(task, "task"));
    }

    private Disposable start(TimedTask task) {
        everTimed = true;
        if (task.startsLater() && loop.inEventLoop()) {
            if (isClosed()) {
                throw Exceptions.failWithRejected();
            }
            task.arm();
        } else {
            post(task::arm);
        }
        return task;
    }

    /** Posts a task of this scope to the loop. */
    final void post(Runnable task) {
        if (isClosed()) {
            throw Exceptions.failWithRejected();
        }
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            throw Exceptions.failWithRejected(ended);
        }
    }

    /** Runs what a foreign thread has to say to the loop about tasks; once the loop has ended there are none. */
    final void tell(Runnable message) {
        if (loop.inEventLoop()) {
            message.run();
            return;
        }
        try {
            loop.execute(message);
        } catch (RejectedExecutionException ended) {
            // The timers ended with the loop.
        }
    }

    final void keep(TimedTask task) {
        if (timed.isAlone()) {
            joinParent();
        }
        task.join(timed);
    }

    final void release(TimedTask task) {
        task.leave();
        if (timed.isAlone()) {
            leave();
        }
    }

    @Override
    public void dispose() {
        if (!disposed) {
            disposed = true;
            if (everTimed) {
                tell(this::cancel);
            }
        }
    }

    @Override
    final void cancel() {
        timed.cancelAll();
        leave();
    }

    final void joinListOf(TaskScope parent) {
        join(parent.timed);
    }
}
