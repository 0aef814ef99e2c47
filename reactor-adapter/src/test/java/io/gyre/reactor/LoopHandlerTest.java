package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.http.HttpServer;
import io.gyre.http.IncomingMessage;
import io.gyre.http.RequestHandler;
import io.gyre.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Answers of the core's HTTP server that are publishers. */
class LoopHandlerTest {

    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private RunningLoop running;
    private HttpServer server;
    private int port;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
    }

    @AfterEach
    void end() {
        running.run(() -> {
            server.close();
            server.closeAllConnections();
        });
        running.close();
    }

    private void serve(BiFunction<IncomingMessage, ServerResponse, Publisher<?>> answer) {
        RequestHandler handler = LoopHandler.of(answer, (request, error) -> {
            assertThat(running.loop.inEventLoop()).isTrue();
            failure.complete(error);
        });
        CompletableFuture<Integer> listening = new CompletableFuture<>();
        running.run(() -> {
            server = HttpServer.create(running.loop, handler);
            server.listen(
                    "127.0.0.1", 0, () -> listening.complete(server.address().getPort()));
        });
        port = RunningLoop.await(listening);
    }

    private HttpResponse<String> post(String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aBodyIsReadAndAnsweredAsAFlux() throws Exception {
        serve((request, response) -> LoopMono.write(
                LoopFlux.from(request)
                        .map(chunk -> chunk.toString(StandardCharsets.UTF_8).toUpperCase(Locale.ROOT))
                        .map(Buffer::utf8),
                response));
        assertThat(post("hello").body()).isEqualTo("HELLO");
    }

    @Test
    void aPublisherThatOnlyCompletesEndsTheAnswer() throws Exception {
        serve((request, response) -> {
            response.statusCode(202);
            return Mono.delay(java.time.Duration.ofMillis(1)).publishOn(Schedulers.parallel());
        });
        assertThat(post("").statusCode()).isEqualTo(202);
    }

    @Test
    void anErrorBeforeTheHeadIsA500() throws Exception {
        serve((request, response) -> {
            response.setHeader("x-half-done", "yes");
            return Mono.error(new IOException("broken"));
        });
        HttpResponse<String> answer = post("");
        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.headers().firstValue("x-half-done")).isEmpty();
        assertThat(RunningLoop.await(failure)).hasMessage("broken");
    }

    @Test
    void whatTheFunctionThrowsIsA500() throws Exception {
        serve((request, response) -> {
            throw new IllegalStateException("at once");
        });
        assertThat(post("").statusCode()).isEqualTo(500);
        assertThat(RunningLoop.await(failure)).hasMessage("at once");
    }

    @Test
    void anErrorAfterTheHeadClosesTheConnection() throws Exception {
        serve((request, response) -> {
            response.write("half");
            return Mono.error(new IOException("too late"));
        });
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> post("")))
                .isInstanceOf(IOException.class);
        assertThat(RunningLoop.await(failure)).hasMessage("too late");
    }

    @Test
    void aClientThatGoesAwayCancelsThePublisher() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        serve((request, response) -> Flux.never()
                .doOnSubscribe(subscription -> asked.complete(null))
                .doOnCancel(() -> cancelled.complete(null)));
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            RunningLoop.await(asked);
        }
        RunningLoop.await(cancelled);
    }

    @Test
    void cancellingTheBodyOfARequestClosesTheConnection() throws Exception {
        CompletableFuture<String> first = new CompletableFuture<>();
        serve((request, response) -> LoopFlux.from(request)
                .map(chunk -> chunk.toString(StandardCharsets.UTF_8))
                .doOnNext(first::complete)
                .take(1)
                .thenMany(Flux.never()));
        try (Socket client = connect("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nthe first")) {
            assertThat(RunningLoop.await(first)).isEqualTo("the first");
            assertThat(restOf(client)).isEmpty();
        }
    }

    @Test
    void cancellingTheBodyOfAResponseClosesTheConnection() throws Exception {
        CompletableFuture<Disposable> written = new CompletableFuture<>();
        serve((request, response) -> {
            written.complete(LoopMono.write(Flux.just(Buffer.utf8("half")).concatWith(Flux.never()), response)
                    .subscribe());
            return Mono.never();
        });
        try (Socket client = connect("GET / HTTP/1.1\r\nHost: x\r\n\r\n")) {
            StringBuilder seen = new StringBuilder();
            while (seen.indexOf("half") < 0) {
                seen.append((char) client.getInputStream().read());
            }
            running.run(RunningLoop.await(written)::dispose);
            assertThat(restOf(client)).doesNotContain("\r\n0\r\n");
        }
    }

    private Socket connect(String request) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setSoTimeout(30_000);
        client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    /** What comes until the connection is closed or reset. */
    private static String restOf(Socket client) throws IOException {
        StringBuilder rest = new StringBuilder();
        try {
            for (int next; (next = client.getInputStream().read()) >= 0; ) {
                rest.append((char) next);
            }
        } catch (SocketException reset) {
            return rest.toString();
        }
        return rest.toString();
    }
}
