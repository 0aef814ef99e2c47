package io.gyre.benchmarks;

import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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

/** Posting from other threads: the time per task, from the first post until the last task has run. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CrossThreadPost {

    /** Divisible by each number of producers. */
    private static final int POSTS = 300_000;

    @Param({"gyre", "netty", "vertx", "kotlinx", "reactor"})
    public String contestant = "";

    @Param({"1", "3"})
    public int producers;

    private final Semaphore done = new Semaphore(0);
    private final ExecutorService others = Executors.newCachedThreadPool();

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private CyclicBarrier together;

    @SuppressWarnings("NullAway.Init")
    private Runnable post;

    /** Guarded by the contestant's thread while tasks are out. */
    private int left;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        together = new CyclicBarrier(producers);
        post = thread.post(this::count);
    }

    /** Ends all threads. */
    @TearDown
    public void end() {
        others.shutdown();
        thread.close();
    }

    private void count() {
        if (--left == 0) {
            done.release();
        }
    }

    private Void produce() throws Exception {
        together.await();
        Runnable each = post;
        for (int i = POSTS / producers; i > 0; i--) {
            each.run();
        }
        return null;
    }

    @Benchmark
    @OperationsPerInvocation(POSTS)
    public void post() throws Exception {
        left = POSTS;
        for (int i = 1; i < producers; i++) {
            others.submit(this::produce);
        }
        produce();
        done.acquire();
    }
}
