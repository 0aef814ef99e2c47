package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.http.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The core's HTTP servers, started and closed as monos. */
class LoopServersTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private RunningLoop running;
    private HttpServer server;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
        server = running.call(() -> HttpServer.create(
                running.loop, LoopHandler.of((request, response) -> Mono.fromRunnable(() -> response.end("hello")))));
    }

    @AfterEach
    void end() {
        running.close();
    }

    @Test
    void aServerListensAtTheSubscriptionAndTellsItsAddress() throws Exception {
        Mono<InetSocketAddress> listening =
                LoopServers.listen(server, ANY).doOnNext(address -> running.loop.checkThread("told"));
        assertThat(running.call(server::isListening)).isFalse();
        InetSocketAddress address = listening.block(LONG);
        assertThat(ask(address)).endsWith("hello");
        StepVerifier.create(LoopServers.close(server)).expectComplete().verify(LONG);
        assertThat(running.call(server::isListening)).isFalse();
        // A server that is closed is closed.
        StepVerifier.create(LoopServers.close(server)).expectComplete().verify(LONG);
        StepVerifier.create(listening).expectError(IllegalStateException.class).verify(LONG);
    }

    @Test
    void aServerThatNeverListenedIsClosed() {
        StepVerifier.create(LoopServers.close(server)).expectComplete().verify(LONG);
    }

    @Test
    void anAddressThatIsTakenIsAnError() {
        InetSocketAddress taken = LoopServers.listen(server, ANY).block(LONG);
        HttpServer second = running.call(() -> HttpServer.create(running.loop, (request, response) -> {}));
        StepVerifier.create(LoopServers.listen(second, taken))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(String.valueOf(taken.getPort())))
                .verify(LONG);
        LoopServers.close(server).block(LONG);
    }

    @Test
    void cancellingBeforeTheAddressWasTakenClosesTheServer() {
        BaseSubscriber<InetSocketAddress> impatient = new BaseSubscriber<>() {

            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // Asks for nothing.
            }
        };
        LoopServers.listen(server, ANY).subscribe(impatient);
        impatient.cancel();
        StepVerifier.create(LoopServers.close(server)).expectComplete().verify(LONG);
        assertThat(running.call(server::isListening)).isFalse();
    }

    private static String ask(InetSocketAddress address) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.0\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII);
        }
    }
}
