package io.gyre.samples;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.gyre.loop.EventLoop;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.IoEventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandle;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.handler.codec.LineBasedFrameDecoder;
import io.netty.handler.codec.string.StringDecoder;
import java.net.InetSocketAddress;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;

/** A Reactor Netty server and a plain Netty client, neither of which knows Gyre, on one loop. */
public final class OneLoopManyLibraries {

    private final EventLoop loop;

    private OneLoopManyLibraries(EventLoop loop) {
        this.loop = loop;
    }

    public static void main(String[] args) {
        EventLoop loop = EventLoop.create();
        int code = loop.run(new OneLoopManyLibraries(loop)::serve);
        System.out.println("exit code " + code);
    }

    // docs: begin server
    private void serve() {
        LoopResources onTheLoop = useNative -> loop.netty();
        HttpServer.create()
                .runOn(onTheLoop)
                .host("localhost")
                .port(0)
                .handle((request, response) -> {
                    say("the server got " + request.uri());
                    loop.nextTick(() -> say("a tick after the server's callback"));
                    return response.header("connection", "close").sendString(Mono.just("hello\n"));
                })
                .bind()
                .subscribe(this::connect);
    }
    // docs: end server

    // docs: begin client
    private void connect(DisposableServer server) {
        new Bootstrap()
                .group(loop.netty())
                .channel(socketChannel(loop.netty()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new LineBasedFrameDecoder(8192), new StringDecoder(UTF_8), new Client(server));
                    }
                })
                .connect((InetSocketAddress) server.address());
    }

    private static Class<? extends Channel> socketChannel(IoEventLoop netty) {
        if (netty.isCompatible(EpollIoHandle.class)) {
            return EpollSocketChannel.class;
        }
        if (netty.isCompatible(IoUringIoHandle.class)) {
            return IoUringSocketChannel.class;
        }
        return netty.isCompatible(KQueueIoHandle.class) ? KQueueSocketChannel.class : NioSocketChannel.class;
    }
    // docs: end client

    /** Asks once, and stops the server when it has been answered. */
    private final class Client extends SimpleChannelInboundHandler<String> {

        private final DisposableServer server;

        Client(DisposableServer server) {
            this.server = server;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            ctx.writeAndFlush(Unpooled.copiedBuffer("GET /greeting HTTP/1.1\r\nHost: localhost\r\n\r\n", UTF_8));
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, String line) {
            if (line.equals("hello")) {
                say("the client got " + line);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            server.dispose();
        }
    }

    private void say(String what) {
        System.out.println(what + (loop.inEventLoop() ? ", on the loop" : ", elsewhere"));
    }
}
