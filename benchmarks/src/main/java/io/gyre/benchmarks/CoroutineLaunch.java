package io.gyre.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;

/**
 * A coroutine launches another and waits until it has ended. An immediate dispatcher does not dispatch it.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoroutineLaunch {

    private static final int COUNT = 10_000;

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void run(CoroutinePeer peer) {
        peer.programs().launches(COUNT);
    }
}
