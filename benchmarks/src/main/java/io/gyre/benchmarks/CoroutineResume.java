package io.gyre.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Coroutines of one dispatcher that another thread resumes, one after the other, until all have gone on.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoroutineResume {

    private static final int COUNT = 1_000;

    @SuppressWarnings("NullAway.Init")
    private OffThreadResumes programs;

    /** Starts the coroutines; returns when they are suspended. */
    @Setup
    public void start(CoroutinePeer peer) {
        programs = new OffThreadResumes(peer.dispatcher(), COUNT);
    }

    /** Cancels the coroutines. */
    @TearDown
    public void end() {
        programs.close();
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void run(CoroutinePeer peer) {
        programs.resumeAll();
    }
}
