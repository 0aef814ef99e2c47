package io.gyre.loop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When what channels flush is sent. */
@Timeout(120)
class BatchedFlushTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final Semaphore accepted = new Semaphore(0);
    private EventLoop loop;
    private Consumer<ChannelHandlerContext> answer = this::answer;
    private InetSocketAddress address;

    @AfterEach
    void end() throws Exception {
        if (loop != null) {
            loop.stop();
            loop.termination().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void what_the_events_of_one_poll_flush_is_sent_after_the_last_of_them() throws Exception {
        serve(LONG);
        twoAskAtOnce();
        assertThat(log).containsExactly("read", "answered", "read", "answered", "sent", "sent");
    }

    @Test
    void without_it_each_flush_is_sent_at_once() throws Exception {
        serve(Duration.ZERO);
        twoAskAtOnce();
        assertThat(log).containsExactly("read", "sent", "answered", "read", "sent", "answered");
    }

    @Test
    void one_that_has_waited_for_too_long_is_sent_in_between() throws Exception {
        serve(Duration.ofNanos(1));
        twoAskAtOnce();
        assertThat(log).containsExactly("read", "answered", "read", "sent", "sent", "answered");
    }

    @Test
    void a_channel_that_closes_sends_what_it_has() throws Exception {
        answer = ctx -> {
            answer(ctx);
            ctx.close();
            log.add("closed");
        };
        serve(LONG);
        try (Socket client = connect()) {
            ask(client);
            assertThat(client.getInputStream().readAllBytes()).containsExactly('!');
            answered();
        }
        assertThat(log).containsExactly("read", "answered", "sent", "closed");
    }

    @Test
    void outside_of_the_poll_phase_nothing_waits() throws Exception {
        answer = ctx -> loop.setTimeout(() -> answer(ctx), 1);
        serve(LONG);
        try (Socket client = connect()) {
            ask(client);
            assertThat(client.getInputStream().read()).isEqualTo('!');
            answered();
        }
        assertThat(log).containsExactly("read", "sent", "answered");
    }

    @Test
    void what_hears_of_the_end_of_a_write_does_so_in_the_context_of_its_callback_and_flushes_at_once()
            throws Exception {
        AsyncLocalStorage<String> user = new AsyncLocalStorage<>("user");
        answer = ctx -> user.run("Ada", () -> {
            ctx.writeAndFlush(Unpooled.copiedBuffer("1", US_ASCII)).addListener(first -> {
                log.add("first, " + user.getStore());
                loop.nextTick(() -> log.add("tick"));
                ctx.writeAndFlush(Unpooled.copiedBuffer("2", US_ASCII)).addListener(second -> log.add("second"));
            });
            log.add("answered");
        });
        serve(LONG);
        try (Socket client = connect()) {
            ask(client);
            assertThat(client.getInputStream().readNBytes(2)).containsExactly('1', '2');
            onLoop(() -> log.add("later, " + user.getStore()));
        }
        assertThat(log).containsExactly("read", "answered", "first, Ada", "second", "tick", "later, null");
    }

    @Test
    void what_comes_while_several_wait_is_handled_first_and_sent_with_them() throws Exception {
        thirdAsksInTheSecondsCallback(() -> {});
        assertThat(log)
                .containsExactly("read", "answered", "read", "answered", "read", "answered", "sent", "sent", "sent");
    }

    @Test
    void several_do_not_wait_for_more_if_another_phase_has_something_to_do() throws Exception {
        thirdAsksInTheSecondsCallback(() -> loop.setImmediate(() -> log.add("immediate")));
        assertThat(log)
                .containsExactly(
                        "read",
                        "answered",
                        "read",
                        "answered",
                        "sent",
                        "sent",
                        "immediate",
                        "read",
                        "answered",
                        "sent");
    }

    @Test
    void one_that_waits_alone_does_not_wait_for_more() throws Exception {
        serve(LONG);
        try (Socket first = connect();
                Socket second = connect()) {
            answer = ctx -> {
                answer(ctx);
                if (reads() == 1) {
                    askFromTheLoop(second, 1);
                }
            };
            ask(first);
            assertThat(first.getInputStream().read()).isEqualTo('!');
            assertThat(second.getInputStream().read()).isEqualTo('!');
            answered();
        }
        assertThat(log).containsExactly("read", "answered", "sent", "read", "answered", "sent");
    }

    @Test
    void several_do_not_wait_longer_than_they_may_however_much_comes() throws Exception {
        int most = 10_000;
        AtomicInteger readBeforeOneWasSent = new AtomicInteger();
        serve(Duration.ofMillis(1));
        try (Socket first = connect();
                Socket second = connect()) {
            List<Socket> both = List.of(first, second);
            answer = ctx -> {
                ctx.writeAndFlush(Unpooled.copiedBuffer("!", US_ASCII)).addListener(written -> log.add("sent"));
                if (!log.contains("sent") && readBeforeOneWasSent.incrementAndGet() < most) {
                    int asking = channels.indexOf(ctx.channel());
                    askFromTheLoop(both.get(asking), asking);
                }
            };
            bothAsk(first, second);
            assertThat(first.getInputStream().read()).isEqualTo('!');
            answered();
        }
        assertThat(readBeforeOneWasSent).hasValueLessThan(most);
    }

    @Test
    void the_time_is_not_negative() {
        assertThatThrownBy(() -> EventLoop.builder().batchFlushes(Duration.ofNanos(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("batchFlushes");
    }

    private void serve(Duration atMost) throws Exception {
        loop = EventLoop.builder()
                .transport(Transport.NIO)
                .batchFlushes(atMost)
                .build()
                .start();
        Channel server = new ServerBootstrap()
                .group(loop.netty())
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Answering());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .sync()
                .channel();
        address = (InetSocketAddress) server.localAddress();
    }

    private void twoAskAtOnce() throws Exception {
        try (Socket first = connect();
                Socket second = connect()) {
            bothAsk(first, second);
            assertThat(first.getInputStream().read()).isEqualTo('!');
            assertThat(second.getInputStream().read()).isEqualTo('!');
            answered();
        }
    }

    /** Both questions are there when the loop polls. */
    private void bothAsk(Socket first, Socket second) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        loop.execute(() -> {
            held.countDown();
            try {
                asked.await();
                awaitQuestions(channels.subList(0, 2));
            } catch (InterruptedException | IOException e) {
                throw new IllegalStateException(e);
            }
        });
        held.await();
        ask(first);
        ask(second);
        asked.countDown();
    }

    /** Two ask at once. In the callback of the one that is read last, a third question arrives. */
    private void thirdAsksInTheSecondsCallback(Runnable besides) throws Exception {
        serve(LONG);
        try (Socket first = connect();
                Socket second = connect();
                Socket third = connect()) {
            answer = ctx -> {
                answer(ctx);
                if (reads() == 2) {
                    askFromTheLoop(third, 2);
                    besides.run();
                }
            };
            bothAsk(first, second);
            for (Socket client : List.of(first, second, third)) {
                assertThat(client.getInputStream().read()).isEqualTo('!');
            }
            answered();
        }
    }

    private long reads() {
        return log.stream().filter("read"::equals).count();
    }

    /** Asks within a callback, which ends when the question can be read. */
    private void askFromTheLoop(Socket client, int index) {
        try {
            ask(client);
            awaitQuestions(List.of(channels.get(index)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was written is not there at once where the kernel is busy. Another selector looks, as the loop's is not to. */
    private static void awaitQuestions(List<Channel> all) throws IOException {
        try (Selector own = Selector.open()) {
            for (Channel channel : all) {
                SelectableChannel socket = ((AbstractNioChannel.NioUnsafe) channel.unsafe()).ch();
                socket.register(own, SelectionKey.OP_READ);
            }
            while (own.selectedKeys().size() < all.size()) {
                own.select();
            }
        }
    }

    private Socket connect() throws Exception {
        Socket client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(60_000);
        accepted.acquire();
        return client;
    }

    private static void ask(Socket client) throws IOException {
        client.getOutputStream().write('?');
    }

    /** Waits for the end of the callbacks that answered. */
    private void answered() throws Exception {
        onLoop(() -> {});
    }

    private void onLoop(Runnable task) throws Exception {
        CountDownLatch ran = new CountDownLatch(1);
        loop.execute(() -> {
            task.run();
            ran.countDown();
        });
        ran.await();
    }

    private void answer(ChannelHandlerContext ctx) {
        ctx.writeAndFlush(Unpooled.copiedBuffer("!", US_ASCII)).addListener(written -> log.add("sent"));
        log.add("answered");
    }

    private final class Answering extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channels.add(ctx.channel());
            accepted.release();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object question) {
            ReferenceCountUtil.release(question);
            log.add("read");
            answer.accept(ctx);
        }
    }
}
