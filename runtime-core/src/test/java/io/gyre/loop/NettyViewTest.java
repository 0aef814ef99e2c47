package io.gyre.loop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.internal.ThreadExecutorMap;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Foreign Netty code on the loop's thread: order, errors, liveness. */
class NettyViewTest {

    private final List<String> log = new ArrayList<>();

    static List<Transport> transports() {
        return LifecycleTest.availableTransports();
    }

    private static Class<? extends ServerChannel> serverChannel(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    private static Class<? extends Channel> clientChannel(Transport transport) {
        return switch (transport) {
            case EPOLL -> EpollSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
            default -> NioSocketChannel.class;
        };
    }

    @Test
    void netty_knows_whose_thread_it_is_while_the_loop_runs() {
        EventLoop loop = EventLoop.create();
        boolean[] known = new boolean[1];
        loop.run(() -> known[0] = ThreadExecutorMap.currentExecutor() == loop.netty());

        assertThat(known[0]).isTrue();
        assertThat(ThreadExecutorMap.currentExecutor()).isNull();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_server_and_its_client_live_on_the_loop_and_queues_drain_after_each_io_callback(Transport transport) {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        boolean[] allOnLoop = {true};
        int code = loop.run(() -> {
            Channel server = serve(loop, transport, new Echo() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    log.add("server read");
                    loop.nextTick(() -> log.add("tick"));
                    loop.queueMicrotask(() -> log.add("micro"));
                    allOnLoop[0] &= loop.inEventLoop();
                    ctx.writeAndFlush(msg);
                }
            });
            connect(loop, transport, server, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    ctx.writeAndFlush(Unpooled.copiedBuffer("ping", UTF_8));
                }

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    ByteBuf bytes = (ByteBuf) msg;
                    log.add("client read " + bytes.toString(UTF_8));
                    bytes.release();
                    allOnLoop[0] &= loop.inEventLoop();
                    assertThat(loop.activeResources()).anyMatch(r -> r.kind().equals("Channel"));
                    ctx.close();
                    server.close();
                }
            });
        });
        assertThat(code)
                .as("the loop ended by itself when its channels were closed")
                .isZero();
        assertThat(allOnLoop[0]).isTrue();
        assertThat(log).containsExactly("server read", "tick", "micro", "client read ping");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void what_a_handler_throws_reaches_the_error_policy(Transport transport) {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        int code = loop.run(() -> {
            loop.onUncaughtException((error, origin) -> log.add("uncaught " + error.getMessage()));
            Channel server = serve(loop, transport, new Echo() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    ((ByteBuf) msg).release();
                    ctx.close();
                    throw new IllegalStateException("in a foreign handler");
                }
            });
            connect(loop, transport, server, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    ctx.writeAndFlush(Unpooled.copiedBuffer("ping", UTF_8));
                }

                @Override
                public void channelInactive(ChannelHandlerContext ctx) {
                    server.close();
                }
            });
            loop.netty().execute(() -> {
                loop.nextTick(() -> log.add("tick after a Netty task"));
                throw new IllegalStateException("in a Netty task");
            });
        });
        assertThat(code).isZero();
        assertThat(log)
                .containsExactly(
                        "uncaught in a Netty task", "tick after a Netty task", "uncaught in a foreign handler");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void scheduled_netty_tasks_run_on_the_loop_and_keep_it_alive(Transport transport) {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        loop.run(() -> {
            loop.netty()
                    .schedule(
                            () -> {
                                log.add("scheduled in " + loop.phase());
                                loop.queueMicrotask(() -> log.add("micro"));
                            },
                            5,
                            TimeUnit.MILLISECONDS);
            loop.netty().schedule(() -> log.add("no"), 1, TimeUnit.MILLISECONDS).cancel(false);
        });
        assertThat(log).containsExactly("scheduled in POLL", "micro");
    }

    @ParameterizedTest
    @MethodSource("transports")
    void an_unref_channel_lets_the_loop_end_and_is_closed(Transport transport) {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        Channel[] server = new Channel[1];
        loop.run(() -> {
            server[0] = serve(loop, transport, new Echo());
            loop.handleOf(server[0]).unref();
        });
        assertThat(server[0].isOpen()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void shutting_netty_s_view_down_shuts_the_loop_down(Transport transport) throws Exception {
        EventLoop loop = EventLoop.builder().transport(transport).build().start();
        loop.netty().shutdownGracefully(0, 30, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS);
        assertThat(loop.termination().get(30, TimeUnit.SECONDS)).isZero();
        assertThat(loop.netty().isTerminated()).isTrue();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void what_comes_while_a_channel_does_not_read_is_read_later_and_wakes_nobody(Transport transport) {
        EventLoop loop = EventLoop.builder().transport(transport).build();
        long[] turns = new long[1];
        loop.run(() -> {
            Channel server = serve(loop, transport, new Echo() {
                @Override
                public void channelRegistered(ChannelHandlerContext ctx) {
                    ctx.channel().config().setAutoRead(false);
                }

                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    ctx.read();
                }

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    log.add("server read " + ((ByteBuf) msg).toString(UTF_8));
                    ctx.writeAndFlush(msg);
                    long before = loop.turnCount();
                    loop.setTimeout(
                            () -> {
                                turns[0] = Math.max(turns[0], loop.turnCount() - before);
                                ctx.read();
                            },
                            50);
                }
            });
            connect(loop, transport, server, new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext ctx) {
                    ctx.writeAndFlush(Unpooled.copiedBuffer("one", UTF_8));
                }

                @Override
                public void channelRead(ChannelHandlerContext ctx, Object msg) {
                    ByteBuf bytes = (ByteBuf) msg;
                    boolean first = bytes.toString(UTF_8).equals("one");
                    bytes.release();
                    if (first) {
                        ctx.writeAndFlush(Unpooled.copiedBuffer("two", UTF_8));
                    } else {
                        ctx.close();
                        server.close();
                    }
                }
            });
        });
        assertThat(log).containsExactly("server read one", "server read two");
        assertThat(turns[0])
                .as("turns while there was something to read that nobody wanted")
                .isLessThan(50);
    }

    private static Channel serve(EventLoop loop, Transport transport, ChannelInboundHandlerAdapter handler) {
        return new ServerBootstrap()
                .group(loop.netty())
                .channel(serverChannel(transport))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(handler);
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .channel();
    }

    private static void connect(
            EventLoop loop, Transport transport, Channel server, ChannelInboundHandlerAdapter handler) {
        // The bind completes within the loop's own turns; only then is the port known.
        loop.setImmediate(() -> new Bootstrap()
                .group(loop.netty())
                .channel(clientChannel(transport))
                .handler(handler)
                .connect(server.localAddress()));
    }

    @io.netty.channel.ChannelHandler.Sharable
    private static class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public boolean isSharable() {
            return true;
        }
    }
}
