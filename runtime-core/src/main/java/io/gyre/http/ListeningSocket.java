package io.gyre.http;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Handle;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The socket on which a server listens, from the bind on. */
final class ListeningSocket {

    private final EventLoop loop;
    private final InetSocketAddress asked;
    private final ChannelFuture binding;

    /** Begins to bind; connections are given to {@code accept}. */
    ListeningSocket(HttpServerBuilder options, InetSocketAddress address, Consumer<Channel> accept) {
        loop = options.loop;
        asked = address;
        binding = bootstrap(options, accept).bind(address);
    }

    /** Calls back with null when the socket listens, or with what is to be said about the failure. */
    void whenBound(Consumer<@Nullable IOException> callback) {
        binding.addListener(bound -> {
            Throwable cause = bound.cause();
            callback.accept(cause == null ? null : failure(asked, cause));
        });
    }

    private static ServerBootstrap bootstrap(HttpServerBuilder options, Consumer<Channel> accept) {
        EventLoop loop = options.loop;
        int high = options.highWaterMark;
        return new ServerBootstrap()
                .group(loop.netty())
                .channelFactory(() -> Transports.newServerSocket(loop))
                .handler(new AcceptErrors(loop))
                .option(ChannelOption.SO_BACKLOG, options.backlog)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(high / 2, high))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel child) {
                        accept.accept(child);
                    }
                });
    }

    private static IOException failure(InetSocketAddress address, Throwable cause) {
        return new IOException(
                "listen " + reason(cause) + " " + address.getHostString() + ":" + address.getPort(), cause);
    }

    private static String reason(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (message.contains("in use")) {
            return "EADDRINUSE: address already in use";
        }
        if (message.contains("assign requested address")) {
            return "EADDRNOTAVAIL: address not available";
        }
        if (message.contains("ermission denied")) {
            return "EACCES: permission denied";
        }
        return "failed (" + cause + "):";
    }

    /** With the actual port; null unless it is bound. */
    @Nullable
    InetSocketAddress address() {
        return binding.channel().localAddress() instanceof InetSocketAddress address ? address : null;
    }

    void setRef(boolean ref) {
        Channel channel = binding.channel();
        if (channel.isRegistered()) {
            Handle handle = loop.handleOf(channel);
            if (ref) {
                handle.ref();
            } else {
                handle.unref();
            }
        }
    }

    void close() {
        binding.channel().close();
    }
}
