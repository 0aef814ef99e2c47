package io.gyre.reactor.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.Transport;
import io.gyre.reactor.RunningLoop;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.Http2SslContextSpec;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/** HTTP servers and clients of Reactor Netty, with every callback on the loop's thread. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class HttpOnTheLoopTest {

    private static TestCertificate certificate;

    private Set<Thread> threadsBefore;

    @BeforeAll
    static void makeCertificate(@TempDir Path directory) throws Exception {
        certificate = TestCertificate.makeIn(directory);
    }

    @BeforeEach
    void listThreads() {
        threadsBefore = OnTheLoop.foreignThreads();
    }

    @AfterEach
    void noThreadWasStarted() {
        // Those of an earlier test may have ended meanwhile.
        assertThat(OnTheLoop.foreignThreads()).isSubsetOf(threadsBefore);
    }

    static Stream<Transport> transports() {
        return Arrays.stream(Transport.values()).filter(Transport::isAvailable);
    }

    /** Which protocol a server and a client speak, and how. */
    enum Wire {
        HTTP11(HttpProtocol.HTTP11, false),
        HTTP11_TLS(HttpProtocol.HTTP11, true),
        H2C(HttpProtocol.H2C, false),
        H2(HttpProtocol.H2, true);

        final HttpProtocol protocol;
        final boolean tls;

        Wire(HttpProtocol protocol, boolean tls) {
            this.protocol = protocol;
            this.tls = tls;
        }

        HttpServer server(HttpServer plain) {
            HttpServer server = plain.protocol(protocol);
            SslProvider.GenericSslContextSpec<?> context = this == H2
                    ? Http2SslContextSpec.forServer(certificate.key())
                    : Http11SslContextSpec.forServer(certificate.key());
            return tls ? server.secure(ssl -> ssl.sslContext(context).handshakeTimeout(Local.PATIENCE)) : server;
        }

        HttpClient client(HttpClient plain) {
            HttpClient client = plain.protocol(protocol);
            SslProvider.GenericSslContextSpec<?> context = this == H2
                    ? Http2SslContextSpec.forClient().configure(ssl -> ssl.trustManager(certificate.trust()))
                    : Http11SslContextSpec.forClient().configure(ssl -> ssl.trustManager(certificate.trust()));
            return tls ? client.secure(ssl -> ssl.sslContext(context).handshakeTimeout(Local.PATIENCE)) : client;
        }
    }

    static Stream<Arguments> wires() {
        return transports()
                .flatMap(transport -> Arrays.stream(Wire.values()).map(wire -> Arguments.of(transport, wire)));
    }

    @ParameterizedTest
    @MethodSource("wires")
    void everyCallbackOfServerAndClientIsOnTheLoop(Transport transport, Wire wire) {
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = wire.server(
                            Local.httpServer(resources).doOnConnection(connection -> on.here("server connection")))
                    .handle((request, response) -> {
                        on.here("server request");
                        assertThat(request.version().toString())
                                .contains(wire.protocol == HttpProtocol.HTTP11 ? "1.1" : "2.0");
                        return response.sendString(request.receive()
                                .asString()
                                .doOnNext(part -> on.here("server body"))
                                .map(String::toUpperCase)
                                .doOnComplete(() -> on.here("server body's end")));
                    })
                    .bindNow();
            ConnectionProvider pool = ConnectionProvider.create("pool", 2);
            String answer = wire.client(HttpClient.create(pool)
                            .runOn(resources)
                            .doOnConnect(config -> {})
                            .doOnConnected(connection -> on.here("client connected"))
                            .doOnRequest((request, connection) -> on.here("client request"))
                            .doOnResponse((response, connection) -> on.here("client response")))
                    .port(server.port())
                    .host("localhost")
                    .post()
                    .uri("/shout")
                    .send((request, out) -> out.sendString(Flux.just("one ", "two ", "three"))
                            .then()
                            .doOnTerminate(() -> on.here("client sent")))
                    .responseContent()
                    .asString()
                    .doOnNext(part -> on.here("client body"))
                    .collectList()
                    .map(parts -> String.join("", parts))
                    .doOnTerminate(() -> on.here("client's end"))
                    .block();

            assertThat(answer).isEqualTo("ONE TWO THREE");
            on.check(
                    "server connection",
                    "server request",
                    "server body",
                    "server body's end",
                    "client connected",
                    "client request",
                    "client sent",
                    "client response",
                    "client body",
                    "client's end");
            pool.disposeLater().block();
            server.disposeNow(Local.PATIENCE);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aPoolLendsOneConnectionToOneRequestAtATimeOnTheLoop(Transport transport) {
        int requests = 50;
        try (RunningLoop running = RunningLoop.on(transport)) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = Local.httpServer(resources)
                    .handle((request, response) -> response.sendString(
                            Mono.just(request.remoteAddress().toString())))
                    .bindNow();
            ConnectionProvider pool = ConnectionProvider.builder("two")
                    .maxConnections(2)
                    .pendingAcquireMaxCount(requests)
                    .build();
            HttpClient client =
                    Local.httpClient(resources, server, pool).doOnConnected(connection -> on.here("connected"));
            List<String> ports = Flux.range(0, requests)
                    .flatMap(
                            i -> client.get()
                                    .uri("/" + i)
                                    .responseContent()
                                    .aggregate()
                                    .asString()
                                    .doOnNext(port -> on.here("answer")),
                            requests)
                    .collectList()
                    .block();
            assertThat(ports).hasSize(requests);
            assertThat(ports.stream().distinct()).hasSizeLessThanOrEqualTo(2);
            on.check("connected", "answer");
            pool.disposeLater().block();
            server.disposeNow(Local.PATIENCE);
        }
    }

    @Test
    void aWebSocketIsOnTheLoopAtBothEnds() {
        try (RunningLoop running = RunningLoop.start()) {
            OnTheLoop on = new OnTheLoop(running.loop);
            LoopResources resources = GyreLoopResources.from(running.loop);
            DisposableServer server = Local.httpServer(resources)
                    .route(routes -> routes.ws(
                            "/echo",
                            (in, out) -> out.sendString(in.receive()
                                    .asString()
                                    .doOnNext(text -> on.here("server"))
                                    .take(2))))
                    .bindNow();
            List<String> echoed = Local.httpClient(resources, server)
                    .websocket()
                    .uri("/echo")
                    .handle((in, out) -> out.sendString(Flux.just("one", "two"))
                            .then()
                            .thenMany(in.receive().asString().doOnNext(text -> on.here("client"))))
                    .collectList()
                    .block();
            assertThat(echoed).containsExactly("one", "two");
            on.check("server", "client");
            server.disposeNow(Local.PATIENCE);
        }
    }
}
