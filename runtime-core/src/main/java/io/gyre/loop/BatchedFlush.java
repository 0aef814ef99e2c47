package io.gyre.loop;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import org.jspecify.annotations.Nullable;

/** Stands first in the pipeline of a channel and lets its flushes wait in the loop's batch. */
final class BatchedFlush extends ChannelOutboundHandlerAdapter {

    static final String NAME = "gyre#flush";

    private final EventLoop loop;
    private final FlushBatch batch;
    private ContextFrame frame = ContextFrame.ROOT;

    /** Where the flush that waits goes on. */
    private @Nullable ChannelHandlerContext waiting;

    BatchedFlush(EventLoop loop, FlushBatch batch) {
        this.loop = loop;
        this.batch = batch;
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        if (waiting != null) {
            return;
        }
        if (!batch.isOpen()) {
            ctx.flush();
            return;
        }
        waiting = ctx;
        frame = loop.captureFrame();
        batch.add(this);
    }

    /** Flushes if that has not happened meanwhile. */
    void flushNow() {
        ChannelHandlerContext ctx = waiting;
        if (ctx == null) {
            return;
        }
        waiting = null;
        ContextFrame former = loop.enterFrame(frame);
        frame = ContextFrame.ROOT;
        try {
            ctx.flush();
        } finally {
            loop.leaveFrame(former);
        }
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        flushNow();
        ctx.close(promise);
    }

    @Override
    public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
        flushNow();
        ctx.disconnect(promise);
    }

    @Override
    public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
        flushNow();
        ctx.deregister(promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        flushNow();
    }
}
