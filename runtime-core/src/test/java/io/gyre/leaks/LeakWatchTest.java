package io.gyre.leaks;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The gate itself: a leak is seen, and a released buffer is not. */
class LeakWatchTest {
    @Test
    void everyAllocationIsTracked() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
    }

    @Test
    void aLeakedBufferIsReported() {
        leak();
        // What was collected comes to the detector through a thread of the JVM's, which may take its time.
        List<String> reports = new ArrayList<>();
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (reports.isEmpty() && System.nanoTime() < giveUp) {
            reports.addAll(LeakWatch.takeReports());
        }
        assertThat(reports)
                .anySatisfy(report -> assertThat(report).contains("ByteBuf").contains("LeakWatchTest.leak"));
    }

    @Test
    void aReleasedBufferIsNot() {
        PooledByteBufAllocator.DEFAULT.directBuffer(64).release();
        UnpooledByteBufAllocator.DEFAULT.directBuffer(64).release();
        assertThat(LeakWatch.takeReports()).isEmpty();
    }

    private static void leak() {
        PooledByteBufAllocator.DEFAULT.directBuffer(64).writeByte(1);
    }
}
