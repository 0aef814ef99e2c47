package io.gyre.reactor.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.Transport;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.reactor.RunningLoop;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.unix.DomainSocketAddress;
import java.net.ConnectException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.udp.UdpClient;
import reactor.netty.udp.UdpServer;

/** TCP, UDP and Unix domain sockets of Reactor Netty, errors, and a pool's clock. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SocketsOnTheLoopTest {

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void tcpIsOnTheLoopAtBothEnds(Transport transport) {
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = Local.tcpServer(resources)
                    .doOnConnection(connection -> on.here("accepted"))
                    .handle((in, out) -> out.sendString(in.receive().asString().doOnNext(t -> on.here("server"))))
                    .bindNow();
            Connection client = TcpClient.newConnection()
                    .runOn(resources)
                    .host("localhost")
                    .port(server.port())
                    .doOnConnected(connection -> on.here("connected"))
                    .connectNow();
            client.outbound().sendString(Mono.just("echo")).then().subscribe();
            assertThat(client.inbound()
                            .receive()
                            .asString()
                            .doOnNext(text -> on.here("client"))
                            .blockFirst())
                    .isEqualTo("echo");
            on.check("accepted", "connected", "server", "client");
            client.disposeNow(Local.PATIENCE);
            server.disposeNow(Local.PATIENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void udpIsOnTheLoopAtBothEnds(Transport transport) {
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            Connection server = UdpServer.create()
                    .runOn(resources)
                    .host("localhost")
                    .port(0)
                    .doOnBound(connection -> on.here("bound"))
                    .handle((in, out) -> out.sendObject(in.receiveObject()
                            .cast(io.netty.channel.socket.DatagramPacket.class)
                            .map(packet -> {
                                on.here("server");
                                return new io.netty.channel.socket.DatagramPacket(
                                        packet.content().retain(), packet.sender());
                            })))
                    .bindNow();
            Connection client = UdpClient.create()
                    .runOn(resources)
                    .remoteAddress(() -> server.channel().localAddress())
                    .connectNow();
            CompletableFuture<String> echoed = new CompletableFuture<>();
            client.inbound().receive().asString().subscribe(text -> {
                on.here("client");
                echoed.complete(text);
            });
            client.outbound().sendString(Mono.just("datagram")).then().subscribe();
            assertThat(RunningLoop.await(echoed)).isEqualTo("datagram");
            on.check("bound", "server", "client");
            client.disposeNow(Local.PATIENCE);
            server.disposeNow(Local.PATIENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("io.gyre.reactor.netty.HttpOnTheLoopTest#transports")
    void aUnixDomainSocketIsOnTheLoop(Transport transport, @TempDir Path directory) {
        Assumptions.assumeTrue(transport != Transport.NIO, "Reactor Netty wants a native transport for these");
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DomainSocketAddress address =
                    new DomainSocketAddress(directory.resolve("socket").toFile());
            DisposableServer server = HttpServer.create()
                    .runOn(resources)
                    .bindAddress(() -> address)
                    .handle((request, response) -> {
                        on.here("server");
                        return response.sendString(Mono.just("through a file"));
                    })
                    .bindNow();
            assertThat(HttpClient.newConnection()
                            .runOn(resources)
                            .remoteAddress(() -> address)
                            .get()
                            .responseContent()
                            .aggregate()
                            .asString()
                            .doOnNext(text -> on.here("client"))
                            .block())
                    .isEqualTo("through a file");
            on.check("server", "client");
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void aRefusedConnectionFailsOnTheLoop() {
        try (RunningLoop running = RunningLoop.start()) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = Local.tcpServer(resources).bindNow();
            int port = server.port();
            server.disposeNow(Local.PATIENCE);
            assertThatThrownBy(() -> TcpClient.newConnection()
                            .runOn(resources)
                            .host("localhost")
                            .port(port)
                            .connect()
                            .doOnError(error -> on.here("refused"))
                            .block())
                    .hasRootCauseInstanceOf(ConnectException.class);
            on.check("refused");
        }
    }

    @Test
    void whatATaskOfAChannelThrowsReachesTheErrorPolicy() {
        RunningLoop fresh = RunningLoop.notStarted();
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        fresh.loop.onUncaughtException((error, origin) -> uncaught.complete(error));
        try (RunningLoop running = fresh.started()) {
            DisposableServer server =
                    Local.tcpServer(GyreLoopResources.from(running.loop)).bindNow();
            server.channel().eventLoop().execute(() -> {
                throw new IllegalStateException("of a task");
            });
            assertThat(RunningLoop.await(uncaught)).hasMessage("of a task");
            server.disposeNow(Local.PATIENCE);
        }
    }

    /** Reactor Netty's own handler takes what comes before it; what a handler behind it throws, nobody does. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNoHandlerOfAConnectionTakesReachesTheErrorPolicy(boolean ofTheClient) {
        RunningLoop fresh = RunningLoop.notStarted();
        CompletableFuture<Throwable> uncaught = new CompletableFuture<>();
        fresh.loop.onUncaughtException((error, origin) -> uncaught.complete(error));
        try (RunningLoop running = fresh.started()) {
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = Local.tcpServer(resources)
                    .doOnConnection(connection -> throwWhenOpen(connection, !ofTheClient))
                    .handle((in, out) -> out.neverComplete())
                    .bindNow();
            Connection client = TcpClient.newConnection()
                    .runOn(resources)
                    .host("localhost")
                    .port(server.port())
                    .doOnConnected(connection -> throwWhenOpen(connection, ofTheClient))
                    .connectNow();
            assertThat(RunningLoop.await(uncaught)).hasMessage("of a handler");
            client.disposeNow(Local.PATIENCE);
            server.disposeNow(Local.PATIENCE);
        }
    }

    private static void throwWhenOpen(Connection connection, boolean really) {
        if (really) {
            ChannelPipeline pipeline = connection.channel().pipeline();
            pipeline.addAfter(NettyPipeline.ReactiveBridge, "late", new ChannelInboundHandlerAdapter() {

                @Override
                public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                    throw new IllegalStateException("of a handler");
                }
            });
            pipeline.context(NettyPipeline.ReactiveBridge).fireUserEventTriggered("event");
        }
    }

    @Test
    void anErrorOfARequestIsAnsweredAndTheServerGoesOn() {
        try (RunningLoop running = RunningLoop.start()) {
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = Local.httpServer(resources)
                    .handle((request, response) -> Mono.error(new IllegalStateException("expected in this test's log")))
                    .bindNow();
            HttpClient client = Local.httpClient(resources, server);
            for (int i = 0; i < 3; i++) {
                assertThat(client.get().response().map(r -> r.status().code()).block())
                        .isEqualTo(500);
            }
            assertThat(running.loop.termination()).isNotDone();
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void aPoolThatIsGivenTheLoopsTimersTimesOutOnTheLoop() {
        try (RunningLoop running = RunningLoop.start()) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            Scheduler scheduler = LoopSchedulers.from(running.loop);
            DisposableServer server = Local.httpServer(resources)
                    .handle((request, response) -> Flux.never().then())
                    .bindNow();
            ConnectionProvider pool = ConnectionProvider.builder("one")
                    .maxConnections(1)
                    .pendingAcquireTimeout(Duration.ofMillis(50))
                    .pendingAcquireTimer(
                            (task, delay) -> scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS))
                    .build();
            HttpClient client = Local.httpClient(resources, server, pool);
            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            client.get().response().subscribe();
            client.get().response().doOnError(error -> on.here("timeout")).subscribe(response -> {}, failure::complete);
            assertThat(RunningLoop.await(failure)).isInstanceOf(PoolAcquireTimeoutException.class);
            on.check("timeout");
            pool.disposeLater().block();
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void aLoopThatIsShutDownEndsItsServersThroughTheListener() {
        RunningLoop running = RunningLoop.start();
        DisposableServer server =
                Local.tcpServer(GyreLoopResources.from(running.loop)).bindNow();
        running.run(() -> running.loop.onShutdown(server::dispose));
        // No deadline could be met if the server were still open.
        assertThat(RunningLoop.await(running.loop.shutdown(Duration.ofHours(1))))
                .isZero();
        assertThat(server.isDisposed()).isTrue();
    }
}
