package io.gyre.reactor;

import io.gyre.loop.Timer;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * A delayed or periodic task on the loop's timers.
 *
 * <p>A delay counts from the moment when the loop hears of it, so that equal delays of one thread keep their order. A
 * period counts on a fixed grid from the first run: late runs do not shift the later ones, and the periods that a stall
 * swallowed are left out instead of made up for in a burst.
 */
final class TimedTask extends Link implements Runnable, Disposable {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** The longest delay of a loop's timer. */
    private static final long MAX_MILLIS = Integer.MAX_VALUE;

    /** How late a timer may be without a stall: both its start and its delay are rounded up to milliseconds. */
    private static final long ROUNDING_NANOS = 2 * NANOS_PER_MILLI;

    private final TaskScope scope;
    private final long delayNanos;

    /** Negative for a task that runs once. */
    private final long periodNanos;

    /** Null once it has run for the last time or was cancelled. */
    private volatile @Nullable Runnable work;

    /** When the next run is due, on the loop's clock. On the loop's thread. */
    private long due;

    /** On the loop's thread. */
    private @Nullable Timer timer;

    TimedTask(TaskScope scope, Runnable work, long delayNanos, long periodNanos) {
        this.scope = scope;
        this.work = work;
        this.delayNanos = delayNanos;
        this.periodNanos = periodNanos;
    }

    /** Whether {@link #arm} only sets a timer; else it is the first run itself, and must be posted. */
    boolean startsLater() {
        return delayNanos > 0;
    }

    /** Begins. On the loop's thread. */
    void arm() {
        if (isDisposed()) {
            return;
        }
        scope.keep(this);
        long now = scope.loop.ticker().nanoTime();
        due = now + delayNanos;
        if (startsLater()) {
            await(now);
        } else {
            run();
        }
    }

    private void await(long now) {
        long left = due - now;
        if (left <= 0) {
            runAgainSoon();
        } else {
            long millis = left / NANOS_PER_MILLI + (left % NANOS_PER_MILLI == 0 ? 0 : 1);
            timer = scope.loop.setTimeout(millis <= MAX_MILLIS ? this : this::waitOn, Math.min(millis, MAX_MILLIS));
        }
    }

    private void runAgainSoon() {
        try {
            scope.loop.execute(this);
        } catch (RejectedExecutionException ended) {
            cancel();
        }
    }

    /** Waits for the rest of a delay that is longer than a timer can be. */
    private void waitOn() {
        await(scope.loop.ticker().nanoTime());
    }

    @Override
    public void run() {
        timer = null;
        Runnable task = work;
        if (task == null || scope.isCancelled()) {
            cancel();
            return;
        }
        try {
            task.run();
        } catch (Throwable t) {
            TaskErrors.report(scope.loop, t);
        } finally {
            ran();
        }
    }

    private void ran() {
        if (periodNanos < 0) {
            cancel();
        } else if (!isDisposed()) {
            long now = scope.loop.ticker().nanoTime();
            due = nextAfter(now);
            await(now);
        }
    }

    private long nextAfter(long now) {
        if (periodNanos == 0) {
            return now;
        }
        long next = due + periodNanos;
        long late = now - next;
        return late <= ROUNDING_NANOS ? next : next + (late / periodNanos + 1) * periodNanos;
    }

    @Override
    public void dispose() {
        if (work != null) {
            work = null;
            scope.tell(this::cancel);
        }
    }

    @Override
    void cancel() {
        work = null;
        Timer set = timer;
        if (set != null) {
            timer = null;
            set.clear();
        }
        scope.release(this);
    }

    @Override
    public boolean isDisposed() {
        return work == null || scope.isCancelled();
    }
}
