package io.gyre.loop;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands last in the pipeline of every channel that is registered with the loop and gives the error policy what no
 * handler of the pipeline took, which Netty alone would only log.
 */
final class UncaughtInPipeline extends ChannelInboundHandlerAdapter {

    static final String NAME = "gyre#uncaught";

    private final EventLoop loop;

    UncaughtInPipeline(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound side of it is not deprecated
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        loop.raise(cause);
    }
}
