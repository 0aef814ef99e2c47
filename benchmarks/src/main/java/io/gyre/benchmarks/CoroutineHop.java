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
 * A coroutine goes to another thread of the same kind with {@code withContext}, and comes back.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoroutineHop {

    private static final int COUNT = 2_000;

    @SuppressWarnings("NullAway.Init")
    private CoroutineThread other;

    /** Starts the second thread. */
    @Setup
    public void start(CoroutinePeer peer) {
        other = peer.another();
    }

    /** Ends the second thread. */
    @TearDown
    public void end() {
        other.close();
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void run(CoroutinePeer peer) {
        peer.programs().hops(COUNT, other.getDispatcher());
    }
}
