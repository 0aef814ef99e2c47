package io.gyre.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The buffers that the connections of one server take turns with: what one read brought is parsed before the next read
 * of any of them, and most of what they write is sent by the flush that follows. Taking these again costs less than the
 * pool does. Confined to the loop's thread.
 */
final class ReusedBuffers {

    private static final int READ_CAPACITY = 64 * 1024;

    /** Of a read for which the shared buffer is not free, since a connection holds part of a request in it. */
    private static final int FALLBACK_CAPACITY = 4 * 1024;

    private static final int WRITE_CAPACITY = 512;
    private static final int LARGEST_KEPT = 64 * 1024;

    private @Nullable ByteBuf forReads;
    private @Nullable ByteBuf forWrites;

    /** For transports that read at once. One that has many reads under way must not be given this. */
    RecvByteBufAllocator readAllocator() {
        return new Reads();
    }

    private ByteBuf forRead(ByteBufAllocator pool) {
        ByteBuf shared = forReads;
        if (shared == null) {
            shared = pool.directBuffer(READ_CAPACITY);
            forReads = shared;
        } else if (shared.refCnt() != 1) {
            return pool.directBuffer(FALLBACK_CAPACITY);
        }
        return shared.clear().retain();
    }

    /** Returns a buffer that is the caller's. */
    ByteBuf forWrite(ByteBufAllocator pool, int size) {
        ByteBuf spare = forWrites;
        if (spare != null) {
            forWrites = null;
            return spare;
        }
        return pool.directBuffer(Math.max(WRITE_CAPACITY, size));
    }

    /** Takes a buffer back that was handed to Netty and retained: for the next write, if it was sent. */
    void handBack(ByteBuf written) {
        if (forWrites == null && written.refCnt() == 1 && written.capacity() <= LARGEST_KEPT) {
            forWrites = written.clear();
        } else {
            written.release();
        }
    }

    /** Frees what is kept; it comes back at the next use. */
    void release() {
        ByteBuf shared = forReads;
        if (shared != null) {
            forReads = null;
            shared.release();
        }
        ByteBuf spare = forWrites;
        if (spare != null) {
            forWrites = null;
            spare.release();
        }
    }

    private final class Reads extends DefaultMaxMessagesRecvByteBufAllocator {

        @Override
        @SuppressWarnings("deprecation") // the only way to make one
        public Handle newHandle() {
            return new MaxMessageHandle() {
                @Override
                public int guess() {
                    return READ_CAPACITY;
                }

                @Override
                public ByteBuf allocate(ByteBufAllocator pool) {
                    return forRead(pool);
                }
            };
        }
    }
}
