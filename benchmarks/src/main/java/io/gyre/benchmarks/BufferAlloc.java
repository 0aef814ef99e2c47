package io.gyre.benchmarks;

import io.gyre.buffer.Buffer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Making a small buffer on a loop's thread: cut from a slab, with an array of its own, or out of Netty's pool. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class BufferAlloc {

    private static final int BUFFERS = 100_000;

    @Param({"gyre", "array", "netty"})
    public String contestant = "";

    @Param({"16", "1024"})
    public int size;

    @Benchmark
    @OperationsPerInvocation(BUFFERS)
    public void allocate(Blackhole hole) {
        switch (contestant) {
            case "gyre" -> FastThreadLocalThread.runWithFastThreadLocal(() -> slabs(hole));
            case "array" -> arrays(hole);
            case "netty" -> FastThreadLocalThread.runWithFastThreadLocal(() -> pool(hole));
            default -> throw new IllegalArgumentException("unknown contestant: " + contestant);
        }
    }

    private void slabs(Blackhole hole) {
        for (int i = 0; i < BUFFERS; i++) {
            hole.consume(Buffer.alloc(size));
        }
    }

    private void arrays(Blackhole hole) {
        for (int i = 0; i < BUFFERS; i++) {
            hole.consume(Buffer.wrap(new byte[size]));
        }
    }

    private void pool(Blackhole hole) {
        for (int i = 0; i < BUFFERS; i++) {
            ByteBuf buffer = PooledByteBufAllocator.DEFAULT.heapBuffer(size);
            hole.consume(buffer);
            buffer.release();
        }
    }
}
