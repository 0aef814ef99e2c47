package io.gyre.http;

import io.gyre.loop.EventLoop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening socket that cannot accept, most often for want of file descriptors, rests for a second: the reason lies
 * outside of the server, and trying at once again would spin.
 */
final class AcceptErrors extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
    private static final long REST_MILLIS = 1000;

    private final EventLoop loop;

    AcceptErrors(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound side of it is not deprecated
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) throws Exception {
        if (!(cause instanceof IOException)) {
            super.exceptionCaught(ctx, cause);
            return;
        }
        LOG.warn("[{}] cannot accept a connection; trying again in a second", loop.name(), cause);
        ctx.channel().config().setAutoRead(false);
        loop.setTimeout(() -> ctx.channel().config().setAutoRead(true), REST_MILLIS)
                .unref();
    }
}
