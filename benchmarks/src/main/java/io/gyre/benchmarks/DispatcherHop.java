package io.gyre.benchmarks;

import io.gyre.coroutines.LoopDispatcherKt;
import java.util.concurrent.TimeUnit;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.ExecutorsKt;
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
 * Coroutines on each project's dispatcher: elements handed over between two of them, and one that yields. On the loop
 * a yield is a turn; elsewhere it is a task behind the others.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DispatcherHop {

    private static final int HOPS = 20_000;

    @Param({"gyre", "netty", "kotlinx"})
    public String contestant = "";

    @Param({"handOver", "yield"})
    public String hop = "";

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Hops hops;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        hops = new Hops(dispatcher());
    }

    private CoroutineDispatcher dispatcher() {
        if (thread instanceof GyreContestant gyre) {
            return LoopDispatcherKt.asCoroutineDispatcher(gyre.loop);
        }
        if (thread instanceof NettyContestant netty) {
            return ExecutorsKt.from(netty.loop);
        }
        return ((KotlinxContestant) thread).dispatcher;
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    @Benchmark
    @OperationsPerInvocation(HOPS)
    public void hops() {
        if (hop.equals("yield")) {
            hops.yields(HOPS);
        } else {
            hops.handOvers(HOPS);
        }
    }
}
