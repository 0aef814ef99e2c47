package io.gyre.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * Coroutines that give way to each other: two of them, in turn. On the loop a yield is a turn; elsewhere it is a task
 * behind the others.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoroutineYield {

    private static final int COUNT = 20_000;

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void run(CoroutinePeer peer) {
        peer.programs().yields(COUNT);
    }
}
