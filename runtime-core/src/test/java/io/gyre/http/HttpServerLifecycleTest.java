package io.gyre.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Listening, closing, and what keeps the loop alive. */
class HttpServerLifecycleTest {

    @Test
    void a_taken_port_is_told_with_host_and_port() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<String> log = new ArrayList<>();
            EventLoop loop = EventLoop.create();
            int code = loop.run(() -> {
                HttpServer server = HttpServer.create(loop, (request, response) -> response.end());
                server.onError(error -> log.add(String.valueOf(error.getMessage())));
                server.onClose(() -> log.add("closed"));
                server.listen("127.0.0.1", taken.getLocalPort(), () -> log.add("listening"));
            });
            assertThat(code).isZero();
            assertThat(log)
                    .containsExactly(
                            "listen EADDRINUSE: address already in use 127.0.0.1:" + taken.getLocalPort(), "closed");
        }
    }

    @Test
    void a_server_that_cannot_listen_and_that_nobody_listens_to_ends_the_loop() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            List<Throwable> uncaught = new ArrayList<>();
            EventLoop loop = EventLoop.create();
            loop.run(() -> {
                loop.onUncaughtException((error, origin) -> uncaught.add(error));
                HttpServer.create(loop, (request, response) -> response.end())
                        .listen("127.0.0.1", taken.getLocalPort(), () -> {});
            });
            assertThat(uncaught).singleElement().isInstanceOf(IOException.class);
        }
    }

    @Test
    void an_unrefd_server_lets_the_loop_end_and_a_refd_one_keeps_it() {
        EventLoop loop = EventLoop.create();
        List<String> log = new ArrayList<>();
        int code = loop.run(() -> {
            HttpServer server = HttpServer.create(loop, (request, response) -> response.end());
            server.listen("127.0.0.1", 0, () -> {
                log.add("alive " + loop.isAlive());
                server.unref();
            });
        });
        assertThat(code).isZero();
        assertThat(log).containsExactly("alive true");
    }

    @Test
    void unref_before_listen_counts_too() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> HttpServer.create(loop, (request, response) -> response.end())
                .unref()
                .listen(0));
        assertThat(code).isZero();
    }

    @Test
    void close_ends_idle_connections_lets_others_finish_and_then_calls_back() throws Exception {
        BlockingQueue<ServerResponse> open = new LinkedBlockingQueue<>();
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
                    if (request.url().equals("/slow")) {
                        open.add(response);
                    } else {
                        response.end("quick");
                    }
                });
                RawClient idle = running.connect();
                RawClient busy = running.connect()) {
            assertThat(idle.get("/").body()).isEqualTo("quick");
            busy.send("GET /slow HTTP/1.1\r\nHost: t\r\n\r\n");
            ServerResponse slow = running.take(open);
            running.run(() -> running.server.close(() -> events.add("closed")));
            assertThat(idle.readToEnd()).isEmpty();
            assertThatThrownBy(running::connect).isInstanceOf(ConnectException.class);
            assertThat(events).isEmpty();
            running.run(() -> slow.end("done"));
            assertThat(busy.receive().body()).isEqualTo("done");
            assertThat(busy.readToEnd()).isEmpty();
            assertThat(running.take(events)).isEqualTo("closed");
        }
    }

    @Test
    void a_server_without_connections_closes_in_a_tick() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> response.end())) {
            running.run(() -> {
                running.server.close(() -> events.add("closed"));
                events.add("close returned");
            });
            assertThat(running.take(events)).isEqualTo("close returned");
            assertThat(running.take(events)).isEqualTo("closed");
        }
    }

    @Test
    void a_server_that_is_closed_before_it_listens_tells_nothing_but_that() {
        EventLoop loop = EventLoop.create();
        List<String> log = new ArrayList<>();
        int code = loop.run(() -> {
            HttpServer server = HttpServer.create(loop, (request, response) -> response.end());
            server.onError(error -> log.add("error"));
            server.listen("127.0.0.1", 0, () -> log.add("listening"));
            server.close(() -> log.add("closed"));
        });
        assertThat(code).isZero();
        assertThat(log).containsExactly("closed");
    }

    @Test
    void a_handler_may_end_the_loop() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    throw response.loop().exit(3);
                });
                RawClient client = running.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(running.loop.termination().get(RunningServer.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo(3);
        }
    }

    @Test
    void a_graceful_shutdown_of_the_loop_closes_the_server() throws Exception {
        BlockingQueue<ServerResponse> open = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> open.add(response));
                RawClient busy = running.connect()) {
            busy.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            ServerResponse response = running.take(open);
            CompletableFuture<Integer> ended = running.loop.shutdown(Duration.ofSeconds(RunningServer.TIMEOUT_SECONDS));
            running.run(() -> {
                assertThat(running.server.isListening()).isFalse();
                response.end("last words");
            });
            assertThat(busy.receive().body()).isEqualTo("last words");
            assertThat(ended.get(RunningServer.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .isZero();
        }
    }

    @Test
    void a_server_listens_once_and_belongs_to_its_loop() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> response.end())) {
            running.run(() -> assertThatThrownBy(() -> running.server.listen(0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("listens already"));
            assertThatThrownBy(running.server::close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("loop.execute");
        }
    }
}
