package io.gyre.benchmarks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Firing timers. Before each measurement 100,000 are set with delays spread over 100 ms, and the thread is held until
 * all are due; what is measured is the time per timer from then until the last one has fired.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TimersFire {

    private static final int TIMERS = 100_000;
    private static final int SPREAD_MILLIS = 100;

    @Param({"gyre", "netty", "vertx", "kotlinx", "reactor"})
    public String contestant = "";

    private final Semaphore due = new Semaphore(0);
    private final Semaphore done = new Semaphore(0);

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Runnable setAll;

    private CountDownLatch hold = new CountDownLatch(0);
    private int left;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        setAll = thread.post(this::setAll);
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    /** Sets the timers and holds the thread until they are due. */
    @Setup(Level.Invocation)
    public void set() throws InterruptedException {
        hold = new CountDownLatch(1);
        left = TIMERS;
        setAll.run();
        due.acquire();
    }

    private void setAll() {
        Runnable task = this::count;
        for (int i = 0; i < TIMERS; i++) {
            thread.setTimer(task, 1 + (i * 31L) % SPREAD_MILLIS);
        }
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SPREAD_MILLIS + 1);
        while (System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        due.release();
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void count() {
        if (--left == 0) {
            done.release();
        }
    }

    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void fire() throws InterruptedException {
        hold.countDown();
        done.acquire();
    }
}
