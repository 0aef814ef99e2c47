package io.gyre.reactor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.gyre.loop.Transport;
import io.gyre.reactor.RunningLoop;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;

/** What the resources hand out, and what disposing of them does. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GyreLoopResourcesTest {

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void channelsAreOfTheLoopsTransport(Transport transport) {
        String prefix =
                switch (transport) {
                    case EPOLL -> "Epoll";
                    case IO_URING -> "IoUring";
                    case KQUEUE -> "KQueue";
                    case NIO -> "Nio";
                };
        EventLoop loop = EventLoop.builder().transport(transport).build();
        LoopResources resources = GyreLoopResources.from(loop);
        for (boolean preferNative : new boolean[] {true, false}) {
            for (Class<? extends Channel> type :
                    List.of(SocketChannel.class, ServerSocketChannel.class, DatagramChannel.class)) {
                assertThat(resources
                                .onChannelClass(type, resources.onClient(preferNative))
                                .getSimpleName())
                        .startsWith(prefix);
                assertThat(resources
                                .onChannelClass(type, resources.onServer(preferNative))
                                .getSimpleName())
                        .startsWith(prefix);
            }
        }
        loop.run(() -> {});
    }

    @Test
    void theConnectionsOfServersAndClientsFlushAsTheLoopSays() throws Exception {
        for (boolean batched : new boolean[] {true, false}) {
            EventLoop loop = EventLoop.builder()
                    .batchFlushes(batched ? Duration.ofMillis(1) : Duration.ZERO)
                    .build()
                    .start();
            LoopResources resources = GyreLoopResources.from(loop);
            List<Boolean> batches = new CopyOnWriteArrayList<>();
            DisposableServer server = Local.tcpServer(resources)
                    .doOnConnection(connection -> batches.add(batches(connection)))
                    .handle((in, out) -> out.sendString(Mono.just("bye")).neverComplete())
                    .bindNow();
            Connection client = TcpClient.newConnection()
                    .runOn(resources)
                    .host("localhost")
                    .port(server.port())
                    .doOnConnected(connection -> batches.add(batches(connection)))
                    .connectNow();
            assertThat(client.inbound().receive().asString().blockFirst()).isEqualTo("bye");
            assertThat(batches).containsExactly(batched, batched);
            client.disposeNow(Local.PATIENCE);
            server.disposeNow(Local.PATIENCE);
            loop.stop();
            assertThat(loop.termination().get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    private static boolean batches(Connection connection) {
        return connection.channel().pipeline().names().get(0).equals("gyre#flush");
    }

    @Test
    void aLoopHasOneAndAGroupHasEqualResources() {
        EventLoop loop = EventLoop.create();
        assertThat(GyreLoopResources.from(loop)).isSameAs(GyreLoopResources.from(loop));
        loop.run(() -> {});
        try (EventLoopGroup group = EventLoopGroup.start(1);
                EventLoopGroup other = EventLoopGroup.start(1)) {
            assertThat(GyreLoopResources.from(group))
                    .isEqualTo(GyreLoopResources.from(group))
                    .hasSameHashCodeAs(GyreLoopResources.from(group))
                    .isNotEqualTo(GyreLoopResources.from(other));
        }
    }

    @Test
    void disposingOfBorrowedResourcesLeavesTheLoopAndItsServersRunning() {
        try (RunningLoop running = RunningLoop.start()) {
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = hello(resources);
            resources.dispose();
            resources.disposeLater().block();
            resources.disposeLater(Duration.ZERO, Duration.ZERO).block();
            assertThat(resources.isDisposed()).isFalse();
            assertThat(running.loop.termination()).isNotDone();
            assertThat(ask(resources, server)).isEqualTo("hello");
            server.disposeNow(Local.PATIENCE);
            RunningLoop.await(running.loop.shutdown(Duration.ZERO));
            assertThat(resources.isDisposed()).isTrue();
        }
    }

    @Test
    void disposingOfOwnedResourcesEndsTheirLoop() {
        EventLoop loop = EventLoop.builder().daemon(true).build().start();
        LoopResources resources = GyreLoopResources.owning(loop);
        DisposableServer server = hello(resources);
        assertThat(ask(resources, server)).isEqualTo("hello");
        assertThat(resources.isDisposed()).isFalse();
        resources.disposeLater(Duration.ZERO, Duration.ofSeconds(30)).block();
        assertThat(resources.isDisposed()).isTrue();
        assertThat(loop.termination()).isDone();
        assertThat(server.isDisposed()).isTrue();
    }

    @Test
    void disposingOfOwnedResourcesEndsTheLoopsOfTheirGroup() {
        EventLoopGroup group = EventLoopGroup.start(2);
        LoopResources resources = GyreLoopResources.owning(group);
        assertThat(ask(resources, hello(resources))).isEqualTo("hello");
        resources.disposeLater(Duration.ZERO, Duration.ofSeconds(30)).block();
        assertThat(resources.isDisposed()).isTrue();
        assertThat(group.loops()).allMatch(loop -> loop.termination().isDone());
    }

    @Test
    void aLoopWhoseServerClosesEndsByItself() {
        EventLoop loop = EventLoop.create();
        LoopResources resources = GyreLoopResources.from(loop);
        StringBuilder answer = new StringBuilder();
        int code = loop.run(() -> HttpServer.create()
                .runOn(resources)
                .host("127.0.0.1")
                .port(0)
                .handle((request, response) ->
                        response.header("connection", "close").sendString(Mono.just("hello")))
                .bind()
                .subscribe(server -> HttpClient.newConnection()
                        .runOn(resources)
                        .remoteAddress(server::address)
                        .get()
                        .responseContent()
                        .aggregate()
                        .asString()
                        .doFinally(signal -> server.dispose())
                        .subscribe(answer::append)));
        assertThat(answer).hasToString("hello");
        assertThat(code).isZero();
        assertThat(resources.isDisposed()).isTrue();
    }

    @Test
    void blockOnTheLoopFails() {
        try (RunningLoop running = RunningLoop.start()) {
            GyreLoopResources.from(running.loop);
            assertThat(running.call(Schedulers::isInNonBlockingThread)).isTrue();
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            running.run(() -> {
                try {
                    Mono.never().block();
                } catch (IllegalStateException e) {
                    failure.complete(e);
                }
            });
            assertThat(RunningLoop.await(failure)).hasMessageContaining("blocking");
        }
    }

    @Test
    void connectionsOfAGroupTakeItsLoopsInTurn() {
        try (EventLoopGroup group = EventLoopGroup.start(2)) {
            LoopResources resources = GyreLoopResources.from(group);
            Set<EventLoop> loops = ConcurrentHashMap.newKeySet();
            DisposableServer server = Local.httpServer(resources)
                    .handle((request, response) -> {
                        loops.add(EventLoop.current());
                        return response.send();
                    })
                    .bindNow();
            for (int i = 0; i < 8; i++) {
                Local.httpClient(resources, server).get().response().block();
            }
            assertThat(loops).containsExactlyInAnyOrderElementsOf(group.loops());
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void aClientStaysOnTheLoopThatSubscribesToIt() {
        try (EventLoopGroup group = EventLoopGroup.start(2)) {
            LoopResources resources = GyreLoopResources.from(group);
            DisposableServer server = hello(resources);
            ConnectionProvider pool = ConnectionProvider.create("pool", 4);
            HttpClient client = Local.httpClient(resources, server, pool);
            for (EventLoop loop : group.loops()) {
                Set<EventLoop> answered = new HashSet<>();
                CompletableFuture<Void> done = new CompletableFuture<>();
                loop.execute(() -> Flux.range(0, 5)
                        .concatMap(i -> client.get().response())
                        .subscribe(
                                response -> answered.add(EventLoop.current()),
                                done::completeExceptionally,
                                () -> done.complete(null)));
                RunningLoop.await(done);
                assertThat(answered).containsExactly(loop);
            }
            pool.disposeLater().block();
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void aLoopThatHasEndedTakesNoMoreServers() {
        RunningLoop running = RunningLoop.start();
        LoopResources resources = GyreLoopResources.from(running.loop);
        running.close();
        assertThatThrownBy(() -> hello(resources)).hasStackTraceContaining("the-loop");
    }

    private static DisposableServer hello(LoopResources resources) {
        return Local.httpServer(resources)
                .handle((request, response) -> response.sendString(Mono.just("hello")))
                .bindNow();
    }

    private static String ask(LoopResources resources, DisposableServer server) {
        return Local.httpClient(resources, server)
                .get()
                .responseContent()
                .aggregate()
                .asString()
                .block();
    }
}
