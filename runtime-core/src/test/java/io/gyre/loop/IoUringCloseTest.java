package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.util.internal.CleanableDirectBuffer;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * A hunt for writes of the kernel into memory that was freed when a ring was closed. The buffers of the rings are kept, and
 * looked at later. A close that does not wait for the read of the wake-up descriptor is caught here some ten times in a run
 * on two processors; it looks into private fields of Netty's, so a new version may need new names.
 */
class IoUringCloseTest {

    private static final int THREADS = 12;
    private static final int LOOPS = 400;
    private static final long UNTOUCHED = 0x5EA15EA15EA15EA1L;

    /** In place of the one that frees the buffer. */
    private record Kept(ByteBuffer buffer) implements CleanableDirectBuffer {

        @Override
        public void clean() {}
    }

    @Test
    void nothing_is_read_into_the_buffer_of_a_ring_that_is_closed() throws Exception {
        assumeTrue(Transport.IO_URING.isAvailable());
        ExecutorService owners = Executors.newFixedThreadPool(THREADS);
        ExecutorService posters = Executors.newCachedThreadPool();
        List<ByteBuffer> buffers = new ArrayList<>();
        try {
            List<Future<List<ByteBuffer>>> runs = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                runs.add(owners.submit(() -> runLoops(posters)));
            }
            for (Future<List<ByteBuffer>> run : runs) {
                buffers.addAll(run.get(5, TimeUnit.MINUTES));
            }
        } finally {
            owners.shutdownNow();
            posters.shutdownNow();
        }
        assertThat(buffers).hasSize(THREADS * LOOPS).allMatch(buffer -> buffer.getLong(0) == UNTOUCHED);
    }

    private static List<ByteBuffer> runLoops(ExecutorService posters) throws ReflectiveOperationException {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            EventLoop loop = EventLoop.builder().transport(Transport.IO_URING).build();
            ByteBuffer buffer = keepWakeUpBuffer(loop);
            loop.run(() -> {
                for (int post = 0; post < 3; post++) {
                    posters.execute(() -> postTo(loop));
                }
                loop.setTimeout(() -> posters.execute(() -> postTo(loop)), 1);
            });
            buffer.putLong(0, UNTOUCHED);
            buffers.add(buffer);
        }
        return buffers;
    }

    private static void postTo(EventLoop loop) {
        try {
            loop.execute(() -> {});
        } catch (RejectedExecutionException e) {
            assertThat(loop.isHalted()).isTrue();
        }
    }

    private static ByteBuffer keepWakeUpBuffer(EventLoop loop) throws ReflectiveOperationException {
        Object poller = field(loop, "poller").get(loop);
        Object ring = field(poller, "handler").get(poller);
        ByteBuffer buffer = (ByteBuffer) field(ring, "eventfdReadBuf").get(ring);
        field(ring, "eventfdReadBufCleanable").set(ring, new Kept(buffer));
        return buffer;
    }

    private static Field field(Object owner, String name) throws NoSuchFieldException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }
}
