package io.gyre.benchmarks;

import io.gyre.buffer.Buffer;
import io.gyre.stream.StreamOptions;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;
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
 * The way of 64 KiB from a source through a stage to a sink, in memory. Nobody copies them: what is measured is how they
 * are handed over. Each chunk is more than the streams like to hold, so that they wait for each other.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ByteStream {

    private static final int CHUNKS = 100_000;
    private static final int CHUNK = 64 * 1024;

    @Param({"gyre", "okio", "reactor", "kotlinx"})
    public String contestant = "";

    private @Nullable Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private IntUnaryOperator stream;

    /** Starts the contestant's thread, if it has one. */
    @Setup
    public void start() {
        byte[] bytes = new byte[CHUNK];
        if (contestant.equals("okio")) {
            stream = new OkioStream(bytes)::run;
            return;
        }
        Buffer chunk = Buffer.wrap(bytes);
        Contestant started = Contestant.of(contestant);
        thread = started;
        if (started instanceof GyreContestant gyre) {
            stream = new GyreStream<>(gyre.loop, StreamOptions.bytes(), chunk)::run;
        } else if (started instanceof ReactorContestant reactor) {
            stream = new ReactorStream<>(reactor.scheduler, chunk)::run;
        } else {
            stream = new FlowStream<>(((KotlinxContestant) started).dispatcher, chunk)::run;
        }
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        if (thread != null) {
            thread.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(CHUNKS)
    public void stream() {
        if (stream.applyAsInt(CHUNKS) != CHUNKS) {
            throw new AssertionError("chunks were lost");
        }
    }
}
