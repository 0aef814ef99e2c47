package io.gyre.benchmarks;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Setting a timer and taking it back before it fires, which is what becomes of most timeouts; alone, and while many
 * other timers of spread delays stand.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimerSetCancel {

    private static final int TIMERS = 100_000;
    private static final long DELAY_MILLIS = 5_000;

    /** Long enough not to fire while the benchmark runs. */
    private static final int HOUR = 3_600_000;

    @Param({"gyre", "netty", "vertx", "kotlinx", "reactor"})
    public String contestant = "";

    @Param({"0", "10000"})
    public int standing;

    private final Semaphore done = new Semaphore(0);

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Runnable post;

    /** Starts the contestant's thread and sets the standing timers. */
    @Setup
    public void start() throws InterruptedException {
        thread = Contestant.of(contestant);
        post = thread.post(this::setAndClear);
        thread.post(this::setStanding).run();
        done.acquire();
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    private void setStanding() {
        for (int i = 0; i < standing; i++) {
            thread.setTimer(() -> {}, HOUR + i % 1_000);
        }
        done.release();
    }

    private void setAndClear() {
        Contestant on = thread;
        Runnable task = done::release;
        for (int i = TIMERS; i > 0; i--) {
            on.clearTimer(on.setTimer(task, DELAY_MILLIS));
        }
        done.release();
    }

    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void setAndCancel() throws InterruptedException {
        post.run();
        done.acquire();
    }
}
