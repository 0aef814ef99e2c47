package io.gyre.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands next to the socket of connections and counts what is written to it, by reference, lent and copied. */
final class SentPieces {

    final AtomicInteger regions = new AtomicInteger();
    final AtomicLong byReference = new AtomicLong();
    final AtomicLong lent = new AtomicLong();
    final AtomicLong copied = new AtomicLong();
    final AtomicLong largestRegion = new AtomicLong();

    /** From here on the connection's pieces count. */
    void watch(ServerResponse response) {
        response.connection.channel.pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
                if (message instanceof FileRegion region) {
                    regions.incrementAndGet();
                    byReference.addAndGet(region.count());
                    largestRegion.accumulateAndGet(region.count(), Math::max);
                } else if (message instanceof LentBuf bytes) {
                    lent.addAndGet(bytes.readableBytes());
                } else if (message instanceof ByteBuf bytes) {
                    copied.addAndGet(bytes.readableBytes());
                }
                super.write(ctx, message, promise);
            }
        });
    }
}
