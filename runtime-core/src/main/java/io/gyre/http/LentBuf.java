package io.gyre.http;

import io.gyre.stream.LentBytes;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;

/** Lent bytes on their way to the socket: they are released when Netty needs them no more, sent or not. */
final class LentBuf extends UnpooledDirectByteBuf {

    private final LentBytes bytes;

    LentBuf(ByteBufAllocator allocator, LentBytes bytes) {
        super(allocator, bytes.bytes(), bytes.length());
        this.bytes = bytes;
    }

    @Override
    protected void deallocate() {
        super.deallocate();
        bytes.release();
    }
}
