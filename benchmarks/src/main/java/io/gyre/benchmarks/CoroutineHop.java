package io.gyre.benchmarks;

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
 * A coroutine goes to another thread of the same kind with {@code withContext}, and comes back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoroutineHop {

    private static final int COUNT = 2_000;

    @Param({"gyre", "gyre-immediate", "single-thread", "limited", "run-blocking", "netty", "vertx"})
    public String contestant = "";

    @SuppressWarnings("NullAway.Init")
    private CoroutineThread other;

    @SuppressWarnings("NullAway.Init")
    private CoroutineThread thread;

    @SuppressWarnings("NullAway.Init")
    private CoroutinePrograms programs;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = CoroutineThread.of(contestant);
        programs = new CoroutinePrograms(thread.getDispatcher());
        other = CoroutineThread.of(contestant);
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        other.close();
        thread.close();
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void run() {
        programs.hops(COUNT, other.getDispatcher());
    }
}
