package io.gyre.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * 100,000 coroutines, each of which is launched, delays for 1 to 10 ms and ends: the time of all by their number.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoroutineDelay {

    private static final int COUNT = 100_000;

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void run(CoroutinePeer peer) {
        peer.programs().delays(COUNT);
    }
}
