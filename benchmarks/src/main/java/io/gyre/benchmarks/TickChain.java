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

/** Running something next, from the thread itself: {@code nextTick}, and the nearest thing that each peer has. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TickChain {

    private static final int LINKS = 100_000;

    @Param({"gyre", "netty", "vertx", "kotlinx", "reactor"})
    public String contestant = "";

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Chain chain;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        chain = thread.chain();
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
