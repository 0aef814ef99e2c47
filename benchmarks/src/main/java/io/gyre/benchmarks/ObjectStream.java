package io.gyre.benchmarks;

import io.gyre.stream.StreamOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
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

/** An object's way from a source through a stage to a sink, in memory, with backpressure in between. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ObjectStream {

    private static final int CHUNKS = 100_000;

    @Param({"gyre", "reactor", "kotlinx"})
    public String contestant = "";

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private IntUnaryOperator stream;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        Object element = new Object();
        if (thread instanceof GyreContestant gyre) {
            stream = new GyreStream<>(gyre.loop, StreamOptions.objects(), element)::run;
        } else if (thread instanceof ReactorContestant reactor) {
            stream = new ReactorStream<>(reactor.scheduler, element)::run;
        } else {
            stream = new FlowStream<>(((KotlinxContestant) thread).dispatcher, element)::run;
        }
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        thread.close();
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public void stream() {
        if (stream.applyAsInt(CHUNKS) != CHUNKS) {
            throw new AssertionError("chunks were lost");
        }
    }
}
