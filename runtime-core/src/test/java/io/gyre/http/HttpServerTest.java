package io.gyre.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.http.RawClient.Response;
import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.Transport;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests and responses: heads, keep-alive, order. */
class HttpServerTest {

    static List<Transport> transports() {
        return Arrays.stream(Transport.values()).filter(Transport::isAvailable).toList();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void answers_on_every_transport(Transport transport) throws Exception {
        try (RunningServer running =
                        RunningServer.start(transport, (request, response) -> response.end("hello " + request.url()));
                RawClient client = running.connect()) {
            assertThat(client.get("/a").body()).isEqualTo("hello /a");
            assertThat(client.get("/b").body()).isEqualTo("hello /b");
        }
    }

    /** As in Node without an upgrade listener: whoever answers does not have to know the other protocol. */
    @Test
    void a_request_to_upgrade_is_an_ordinary_one() throws Exception {
        try (RunningServer running = RunningServer.start(
                        (request, response) -> response.end(request.header("Upgrade") + " refused"));
                RawClient client = running.connect()) {
            client.send("GET /chat HTTP/1.1\r\nHost: t\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
            assertThat(client.receive().body()).isEqualTo("websocket refused");
            assertThat(client.get("/").body()).isEqualTo("null refused");
        }
    }

    @Test
    void a_response_that_is_ended_at_once_has_length_and_date_and_keeps_the_connection() throws Exception {
        InstantSource clock = InstantSource.fixed(Instant.parse("2024-02-09T08:07:06Z"));
        try (RunningServer running = RunningServer.start(options -> options.clock(clock), (request, response) -> {
                    response.setHeader("Content-Type", "text/plain");
                    response.end("hi");
                });
                RawClient client = running.connect()) {
            Response answer = client.get("/");
            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 200 OK");
            assertThat(answer.headers())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "content-type", "text/plain",
                            "content-length", "2",
                            "date", "Fri, 09 Feb 2024 08:07:06 GMT"));
            assertThat(client.get("/").body()).isEqualTo("hi");
        }
    }

    @Test
    void the_request_shows_its_head() throws Exception {
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
                    seen.add(request.method());
                    seen.add(request.url());
                    seen.add(request.path());
                    seen.add(String.valueOf(request.query()));
                    seen.add(request.httpVersion());
                    seen.add(String.valueOf(request.header("x-one")));
                    seen.add(String.valueOf(request.headers().get("X-ONE")));
                    seen.add(request.headers().getAll("x-two").toString());
                    List<String> names = new ArrayList<>();
                    request.headers().forEach((name, value) -> names.add(name));
                    seen.add(names.toString());
                    seen.add(String.valueOf(request.isComplete()));
                    response.end();
                });
                RawClient client = running.connect()) {
            client.send("PATCH /a%20b/../c?x=%41&y HTTP/1.1\r\nHost: test\r\nX-One: 1\r\nX-Two: a\r\nx-two: b\r\n\r\n")
                    .receive();
            assertThat(seen)
                    .containsExactly(
                            "PATCH",
                            "/a%20b/../c?x=%41&y",
                            "/a b/../c",
                            "x=%41&y",
                            "1.1",
                            "1",
                            "1",
                            "[a, b]",
                            "[Host, X-One, X-Two, x-two]",
                            "true");
        }
    }

    @Test
    void status_and_fields_can_be_set_looked_at_and_taken_back_until_the_head_is_sent() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    response.setHeader("X-A", "1").setHeader("x-a", "2").appendHeader("X-A", "3");
                    assertThat(response.headers().getAll("X-A")).containsExactly("2", "3");
                    response.setHeader("X-A", "4");
                    assertThat(response.headers().getAll("X-A")).containsExactly("4");
                    response.setHeader("X-B", 5).removeHeader("x-b");
                    assertThat(response.hasHeader("X-B")).isFalse();
                    response.writeHead(404, Map.of("X-C", "6")).statusMessage("Nothing Here");
                    response.end();
                    assertThatThrownBy(() -> response.setHeader("X-D", "7"))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("sent already");
                });
                RawClient client = running.connect()) {
            Response answer = client.get("/");
            assertThat(answer.statusLine()).isEqualTo("HTTP/1.1 404 Nothing Here");
            assertThat(answer.headers()).containsEntry("x-a", "4").containsEntry("x-c", "6");
            assertThat(answer.headers()).doesNotContainKeys("x-b", "x-d");
        }
    }

    @Test
    void a_field_cannot_be_used_to_split_the_response() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    assertThatThrownBy(() -> response.setHeader("X-A", "1\r\nX-B: 2"))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> response.setHeader("X-A: 1\r\nX-B", "2"))
                            .isInstanceOf(IllegalArgumentException.class);
                    assertThatThrownBy(() -> response.statusMessage("OK\r\nX-B: 2"))
                            .isInstanceOf(IllegalArgumentException.class);
                    response.end();
                });
                RawClient client = running.connect()) {
            assertThat(client.get("/").headers()).doesNotContainKeys("x-a", "x-b");
        }
    }

    @Test
    void pipelined_requests_are_answered_in_order_one_at_a_time() throws Exception {
        List<String> log = new ArrayList<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
                    log.add("begin " + request.url());
                    // The later ones would be done first if they were handled together.
                    long millis = 30 - 10 * Integer.parseInt(request.url().substring(1));
                    response.loop()
                            .setTimeout(
                                    () -> {
                                        log.add("end " + request.url());
                                        response.end(request.url());
                                    },
                                    millis);
                });
                RawClient client = running.connect()) {
            client.send("GET /0 HTTP/1.1\r\nHost: t\r\n\r\nGET /1 HTTP/1.1\r\nHost: t\r\n\r\n"
                    + "GET /2 HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.receive().body()).isEqualTo("/0");
            assertThat(client.receive().body()).isEqualTo("/1");
            assertThat(client.receive().body()).isEqualTo("/2");
            assertThat(running.call(() -> List.copyOf(log)))
                    .containsExactly("begin /0", "end /0", "begin /1", "end /1", "begin /2", "end /2");
        }
    }

    @Test
    void many_pipelined_requests_with_bodies_are_all_answered() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    List<Buffer> parts = new ArrayList<>();
                    request.onData(parts::add);
                    request.onEnd(() -> response.end(Buffer.concat(parts)));
                });
                RawClient client = running.connect()) {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < 500; i++) {
                String body = "body " + i;
                all.append("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: ")
                        .append(body.length())
                        .append("\r\n\r\n")
                        .append(body);
            }
            client.send(all.toString());
            for (int i = 0; i < 500; i++) {
                assertThat(client.receive().body()).isEqualTo("body " + i);
            }
        }
    }

    @Test
    void the_connection_ends_where_either_side_asks_for_it() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
            if (request.url().equals("/close")) {
                response.setHeader("Connection", "close");
            }
            response.end("x");
        })) {
            try (RawClient client = running.connect()) {
                Response answer = client.send("GET / HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
                        .receive();
                assertThat(answer.headers()).containsEntry("connection", "close");
                assertThat(client.readToEnd()).isEmpty();
            }
            try (RawClient client = running.connect()) {
                assertThat(client.get("/close").headers()).containsEntry("connection", "close");
                assertThat(client.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void http_1_0_closes_unless_it_asks_to_go_on() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
            if (request.url().equals("/stream")) {
                response.write("a");
                response.end("b");
            } else {
                response.end("x");
            }
        })) {
            try (RawClient client = running.connect()) {
                Response answer = client.send("GET / HTTP/1.0\r\n\r\n").receive();
                assertThat(answer.headers()).containsEntry("connection", "close");
                assertThat(client.readToEnd()).isEmpty();
            }
            try (RawClient client = running.connect()) {
                Response answer = client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                        .receive();
                assertThat(answer.headers()).containsEntry("connection", "keep-alive");
                Response streamed = client.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
                        .receive();
                assertThat(streamed.headers()).doesNotContainKey("transfer-encoding");
                assertThat(streamed.body()).isEqualTo("ab");
            }
        }
    }

    @Test
    void head_204_and_304_carry_no_body() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    switch (request.url()) {
                        case "/204" -> response.writeHead(204).end("not sent");
                        case "/304" -> response.writeHead(304).end("not sent");
                        default -> {
                            response.setHeader("Content-Length", 8);
                            response.write("not ");
                            response.end("sent");
                        }
                    }
                });
                RawClient client = running.connect()) {
            Response head = client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n").receiveHead();
            assertThat(head.headers()).containsEntry("content-length", "8");
            assertThat(client.get("/204").status()).isEqualTo(204);
            assertThat(client.get("/304").status()).isEqualTo(304);
            assertThat(client.get("/").body()).isEqualTo("not sent");
        }
    }

    @Test
    void callbacks_run_under_the_context_frame_of_listen() throws Exception {
        AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("test");
        BlockingQueue<String> seen = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> response.end())) {
            HttpServer inContext = running.call(() -> {
                HttpServer made = HttpServer.create(running.loop, (request, response) -> {
                    seen.add(String.valueOf(storage.getStore()));
                    response.end();
                });
                storage.run("the frame", () -> made.listen("127.0.0.1", 0, () -> seen.add("listening")));
                return made;
            });
            assertThat(running.take(seen)).isEqualTo("listening");
            try (RawClient client = new RawClient(running.call(inContext::address))) {
                client.get("/");
            }
            assertThat(running.take(seen)).isEqualTo("the frame");
        }
    }
}
