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
 * Running something in the next turn of the loop. Beside {@code setImmediate} stands Netty's {@code execute}, which is
 * the nearest thing it has, although Netty runs a chain of those without looking at its sockets in between.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ImmediateChain {

    private static final int LINKS = 20_000;

    @Param({"gyre", "netty"})
    public String contestant = "";

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Chain chain;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        chain = thread instanceof GyreContestant gyre ? gyre.immediateChain() : thread.chain();
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    @Benchmark
    @OperationsPerInvocation(LINKS)
    public void chain() throws InterruptedException {
        chain.runToTheEnd(LINKS);
    }
}
