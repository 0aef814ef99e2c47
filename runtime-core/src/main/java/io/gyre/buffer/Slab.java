package io.gyre.buffer;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;

/**
 * Memory of which small buffers are cut, one after the other. Each byte is handed out once: a slab is never reset, so
 * what is cut off holds zeros, and the collector frees it with the last view.
 *
 * <p>A slab belongs to one thread, which runs a loop or is one of Netty's. Other threads have none: they may be many and
 * short-lived (virtual ones), and 8 KiB for each would cost more than they save.
 */
final class Slab {

    /** Node's {@code Buffer.poolSize}. */
    static final int SIZE = 8 * 1024;

    /** From this size on a buffer has memory of its own. */
    static final int LIMIT = SIZE >>> 1;

    private static final int ALIGNMENT = 8;

    private static final FastThreadLocal<Slab> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected Slab initialValue() {
            return new Slab();
        }
    };

    private byte[] memory = new byte[SIZE];

    /** What is handed out; a multiple of the alignment. */
    private int used;

    private Slab() {}

    /** Makes a buffer of zeros, out of the calling thread's slab where it is small and the thread has one. */
    static Buffer allocate(int size) {
        return size < LIMIT && FastThreadLocalThread.currentThreadHasFastThreadLocal()
                ? OF_THREAD.get().cut(size)
                : Buffer.wrap(new byte[size]);
    }

    private Buffer cut(int size) {
        if (size > SIZE - used) {
            memory = new byte[SIZE];
            used = 0;
        }
        Buffer piece = Buffer.wrap(memory, used, size);
        used += (size + ALIGNMENT - 1) & -ALIGNMENT;
        return piece;
    }
}
