package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.netty.util.Timeout;
import io.netty.util.Timer;
import io.netty.util.TimerTask;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Netty's timer on the loops' own: a driver that wants one needs no thread for it. From any thread. What is set keeps no
 * loop alive, as Netty's own timer keeps no JVM: drivers leave timeouts behind when what they guard has ended.
 */
final class LoopTimer implements Timer {

    private static final Logger LOG = LoggerFactory.getLogger(LoopTimer.class);

    private final ApplicationLoops loops;

    LoopTimer(ApplicationLoops loops) {
        this.loops = loops;
    }

    @Override
    public Timeout newTimeout(TimerTask task, long delay, TimeUnit unit) {
        Pending timeout = new Pending(loops.choose(), task);
        long millis = Math.min(unit.toMillis(Math.max(0, delay)), Integer.MAX_VALUE);
        timeout.onLoop(() -> timeout.set(millis));
        return timeout;
    }

    /** Nothing to stop: the loops have other users. */
    @Override
    public Set<Timeout> stop() {
        return Set.of();
    }

    private final class Pending implements Timeout, Runnable {

        private final EventLoop loop;
        private final TimerTask task;

        /** On the loop's thread. */
        private io.gyre.loop.@Nullable Timer timer;

        /** Whether it ran or was cancelled: the first of the two counts. */
        private final AtomicBoolean over = new AtomicBoolean();

        private volatile boolean cancelled;

        Pending(EventLoop loop, TimerTask task) {
            this.loop = loop;
            this.task = task;
        }

        void onLoop(Runnable action) {
            if (loop.inEventLoop()) {
                action.run();
                return;
            }
            try {
                loop.execute(action);
            } catch (RejectedExecutionException ended) {
                LOG.debug("{} has ended, and with it its timers", loop, ended);
            }
        }

        void set(long millis) {
            if (!over.get()) {
                timer = loop.setTimeout(this, millis).unref();
            }
        }

        private void clear() {
            io.gyre.loop.Timer set = timer;
            if (set != null) {
                timer = null;
                set.clear();
            }
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
            onLoop(this::clear);
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
