package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks whether the loops answer: posts a probe to each, four times in the time of the threshold, and logs the stack of
 * a loop's thread when a probe has waited longer than the threshold. One daemon thread for all loops.
 *
 * <p>A pause of the whole JVM holds this thread as well as the loops. A round that is late itself accuses nobody.
 *
 * <p>The time that a probe waited is the lag of its loop. While a probe is under way no other is posted. A threshold of
 * zero starts no thread and posts no probe.
 */
final class LoopWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoopWatch.class);

    /** Is told how long a loop let a task wait. On the watching thread. */
    interface LagListener {

        void lag(EventLoop loop, long nanos);
    }

    private final long thresholdNanos;
    private final long periodNanos;
    private final List<Probe> probes;
    private final Consumer<String> warnings;
    final Thread thread;
    private volatile LagListener listener = (loop, nanos) -> {};
    private volatile boolean closed;

    LoopWatch(ApplicationLoops loops, Duration threshold) {
        this(loops, threshold, LOG::warn);
    }

    LoopWatch(ApplicationLoops loops, Duration threshold, Consumer<String> warnings) {
        this.warnings = warnings;
        thresholdNanos = threshold.toNanos();
        periodNanos = Math.max(TimeUnit.MILLISECONDS.toNanos(1), thresholdNanos / 4);
        probes = loops.all().stream().map(Probe::new).toList();
        thread = new Thread(this::watch, "gyre-watch");
        thread.setDaemon(true);
    }

    LoopWatch start() {
        if (isWatching()) {
            thread.start();
        }
        return this;
    }

    /** Whether there is a threshold to watch for. */
    boolean isWatching() {
        return thresholdNanos > 0;
    }

    void onLag(LagListener told) {
        listener = told;
    }

    /** How long a loop has not answered, zero if it does. From any thread. */
    Duration blockedFor(EventLoop loop) {
        for (Probe probe : probes) {
            if (probe.loop == loop) {
                long waiting = probe.waitingNanos(System.nanoTime());
                return waiting > thresholdNanos ? Duration.ofNanos(waiting) : Duration.ZERO;
            }
        }
        throw new IllegalArgumentException(loop + " is not watched");
    }

    private void watch() {
        long due = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            boolean late = now - due > periodNanos;
            for (Probe probe : probes) {
                probe.look(now, late);
            }
            due = now + periodNanos;
            while (!closed && System.nanoTime() - due < 0) {
                LockSupport.parkNanos(this, due - System.nanoTime());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /** What is known of one loop. The watching thread posts, the loop answers. */
    private final class Probe implements Runnable {

        private final EventLoop loop;

        /** When the probe that is under way was posted; 0 if none is. Set by the watch, cleared by the loop. */
        private volatile long postedAt;

        /** What the last probe waited, -1 once the listener was told. */
        private volatile long lag = -1;

        /** Known from the first probe on. */
        private volatile @Nullable Thread loopThread;

        /** Whether the block that goes on was logged. Of the watching thread. */
        private boolean reported;

        Probe(EventLoop loop) {
            this.loop = loop;
        }

        /** On the loop. */
        @Override
        public void run() {
            loopThread = Thread.currentThread();
            lag = System.nanoTime() - postedAt;
            postedAt = 0;
        }

        long waitingNanos(long now) {
            long posted = postedAt;
            return posted == 0 ? 0 : now - posted;
        }

        void look(long now, boolean late) {
            if (postedAt == 0) {
                answered();
                post(now);
                return;
            }
            long waiting = waitingNanos(now);
            if (waiting > thresholdNanos && !late && !reported) {
                reported = true;
                report(waiting);
            }
        }

        private void answered() {
            long waited = lag;
            if (waited >= 0) {
                lag = -1;
                listener.lag(loop, waited);
            }
            if (reported) {
                reported = false;
                warnings.accept("Event loop '" + loop.name() + "' answers again after "
                        + TimeUnit.NANOSECONDS.toMillis(waited) + " ms");
            }
        }

        private void post(long now) {
            postedAt = now == 0 ? 1 : now;
            try {
                loop.execute(this);
            } catch (RejectedExecutionException ended) {
                postedAt = 0;
                LOG.trace("Event loop '{}' has ended", loop.name());
            }
        }

        private void report(long waiting) {
            Thread held = loopThread != null ? loopThread : threadOfThatName();
            warnings.accept("Event loop '" + loop.name() + "' has not answered for "
                    + TimeUnit.NANOSECONDS.toMillis(waiting) + " ms. Its thread is at"
                    + (held == null ? " an unknown place" : stack(held)));
        }

        /** A loop that has never answered is known by the name that its thread was given. */
        private @Nullable Thread threadOfThatName() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(one -> one.getName().equals(loop.name()))
                    .findFirst()
                    .orElse(null);
        }

        private String stack(Thread thread) {
            return Arrays.stream(thread.getStackTrace())
                    .map(frame -> System.lineSeparator() + "\tat " + frame)
                    .collect(Collectors.joining());
        }
    }
}
