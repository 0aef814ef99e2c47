package io.gyre.reactor.spring;

import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import io.netty.util.concurrent.Future;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Netty's timer on the loops' own: a driver that wants one needs no thread for it. From any thread. */
final class LoopTimer implements Timer {

    private static final Logger LOG = LoggerFactory.getLogger(LoopTimer.class);

    private final ApplicationLoops loops;

    LoopTimer(ApplicationLoops loops) {
        this.loops = loops;
    }

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        Pending timeout = new Pending(task);
        timeout.future = loops.choose().netty().schedule(timeout, Math.max(0, delay), unit);
        return timeout;
    }

    /** Nothing to stop: the loops have other users. */
    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private final class Pending implements Timeout, Runnable {

        private final TimerTask task;

        /** Whether it ran or was cancelled: the first of the two counts. */
        private final AtomicBoolean over = new AtomicBoolean();

        private volatile boolean cancelled;
        private volatile @Nullable Future<?> future;

        Pending(TimerTask task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (!over.compareAndSet(false, true)) {
                return;
            }
            try {
                task.run(this);
            } catch (Exception e) {
                LOG.warn("The timer task {} failed", task, e);
            }
        }

        @Override
        public boolean cancel() {
            if (!over.compareAndSet(false, true)) {
                return false;
            }
            cancelled = true;
            Future<?> scheduled = future;
            if (scheduled != null) {
                scheduled.cancel(false);
            }
            task.cancelled(this);
            return true;
        }

        @Override
        public Timer timer() {
            return LoopTimer.this;
        }

        @Override
        public TimerTask task() {
            return task;
        }

        @Override
        public boolean isExpired() {
            return over.get() && !cancelled;
        }

        @Override
        public boolean isCancelled() {
            return cancelled;
        }
    }
}
