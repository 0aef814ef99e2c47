package io.gyre.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.http.RawClient.Response;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Readable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send nonsense, are slow or go away, and handlers that fail. */
class HttpFaultsTest {

    private static final String HEAD = " / HTTP/1.1\\r\\nHost: t\\r\\n";

    @ParameterizedTest
    @CsvSource({
        "400, nonsense\\r\\n\\r\\n",
        "400, GET / HTTP/1.1\\r\\n\\r\\n",
        "400, GET" + HEAD + "Bad Name: x\\r\\n\\r\\n",
        "400, POST" + HEAD + "Content-Length: -1\\r\\n\\r\\n",
        "400, POST" + HEAD + "Content-Length: 3\\r\\nContent-Length: 4\\r\\n\\r\\nabc",
        "400, POST" + HEAD + "Content-Length: 3\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\nabc",
        "400, POST / HTTP/1.0\\r\\nContent-Length: 3\\r\\nContent-Length: 4\\r\\n\\r\\nabc",
        "400, POST / HTTP/1.0\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n0\\r\\n\\r\\n",
        "400, GET" + HEAD + "Host: other\\r\\n\\r\\n",
        "400, GET / http/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, GET path HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, GET ?a=b://c HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, GET :// HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, GET /\u0001 HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, GET /\u007f HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, GET /\u00e9 HTTP/1.1\\r\\nHost: t\\r\\n\\r\\n",
        "400, POST" + HEAD + "Transfer-Encoding: chunked\\r\\n\\r\\n0\\r\\nHost: other\\r\\n\\r\\n",
        "400, POST" + HEAD + "Transfer-Encoding: gzip\\r\\n\\r\\nabc",
        "400, POST" + HEAD + "Transfer-Encoding: chunked\\r\\n\\r\\nxyz\\r\\n",
        "417, POST" + HEAD + "Content-Length: 3\\r\\nExpect: miracles\\r\\n\\r\\n",
        "417, GET" + HEAD + "Expect: miracles\\r\\n\\r\\n",
        "501, CONNECT example.com:443 HTTP/1.1\\r\\nHost: example.com:443\\r\\n\\r\\n",
        "505, GET / HTTP/2.0\\r\\nHost: t\\r\\n\\r\\n",
        "505, GET / HTTP/1.2\\r\\nHost: t\\r\\n\\r\\n",
    })
    void what_is_no_request_is_answered_and_ends_the_connection(int status, String request) throws Exception {
        try (RunningServer running = RunningServer.start((incoming, response) -> {
                    incoming.onEnd(response::end);
                    incoming.resume();
                });
                RawClient client = running.connect()) {
            client.send(request.replace("\\r\\n", "\r\n"));
            Response answer = client.receive();
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.headers()).containsEntry("connection", "close");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(running.take(running.clientErrors).statusCode()).isEqualTo(status);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "*", "//twice", "/a?b=c://d", "http://host/path", "s3+x-y.z://bucket"})
    void a_request_target_is_a_path_or_a_url(String target) throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> response.end(request.url()));
                RawClient client = running.connect()) {
            assertThat(client.get(target).body()).isEqualTo(target);
        }
    }

    @Test
    void each_request_of_a_connection_has_its_own_fields() throws Exception {
        try (RunningServer running =
                        RunningServer.start((request, response) -> response.end(request.header("Content-Length")));
                RawClient client = running.connect()) {
            String request = "GET / HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n";
            client.send(request + request);
            assertThat(client.receive().body()).isEqualTo("0");
            assertThat(client.receive().body()).isEqualTo("0");
        }
    }

    @Test
    void heads_that_are_too_long_are_refused() throws Exception {
        try (RunningServer running = RunningServer.start(
                options -> options.maxUrlLength(1000).maxHeaderSize(2000), (request, response) -> response.end("ok"))) {
            try (RawClient client = running.connect()) {
                client.send("GET /" + "x".repeat(1000) + " HTTP/1.1\r\nHost: t\r\n\r\n");
                assertThat(client.receive().status()).isEqualTo(414);
            }
            try (RawClient client = running.connect()) {
                client.send("GET / HTTP/1.1\r\nHost: t\r\nX: " + "x".repeat(2000) + "\r\n\r\n");
                assertThat(client.receive().status()).isEqualTo(431);
            }
            try (RawClient client = running.connect()) {
                assertThat(client.get("/" + "x".repeat(900)).body()).isEqualTo("ok");
            }
        }
    }

    @Test
    void a_line_with_the_size_of_a_chunk_that_is_too_long_is_refused() throws Exception {
        try (RunningServer running = RunningServer.start(options -> options.maxUrlLength(1000), (request, response) -> {
                    request.onEnd(response::end);
                    request.resume();
                });
                RawClient client = running.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n1;" + "x".repeat(1000));
            assertThat(client.receive().status()).isEqualTo(413);
        }
    }

    @Test
    void what_came_before_nonsense_is_answered_first() throws Exception {
        try (RunningServer running = RunningServer.start(
                        (request, response) -> response.loop().setTimeout(() -> response.end("good"), 5));
                RawClient client = running.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\nnonsense\r\n\r\n");
            assertThat(client.receive().body()).isEqualTo("good");
            assertThat(client.receive().status()).isEqualTo(400);
        }
    }

    @Test
    void a_handler_that_throws_is_answered_with_500_and_reported() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    response.setHeader("X-Half", "done").addTrailers(Map.of("X-Sum", "half"));
                    if (request.url().equals("/late")) {
                        response.write("something");
                    }
                    throw new IllegalStateException("broken " + request.url());
                });
                RawClient client = running.connect();
                RawClient late = running.connect()) {
            Response answer = client.get("/early");
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.headers())
                    .doesNotContainKey("x-half")
                    .containsEntry("connection", "close")
                    .containsEntry("content-length", "0");
            assertThat(running.take(running.uncaught)).hasMessage("broken /early");
            late.send("GET /late HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(late.readToEnd()).doesNotContain("0\r\n\r\n");
            assertThat(running.take(running.uncaught)).hasMessage("broken /late");
        }
    }

    @Test
    void a_client_that_resets_destroys_the_response_and_what_feeds_it() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
            Readable<Buffer> endless = Readable.from(response.loop(), HttpFaultsTest::endless);
            endless.onClose(() -> events.add("source closed"));
            response.onFinish(() -> events.add("finish"));
            response.onClose(() -> events.add("response closed"));
            Pipeline.run(endless, response, error -> events.add(error == null ? "through" : "failed"));
        })) {
            RawClient client = running.connect();
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.skip(100_000)).isEqualTo(100_000);
            client.reset();
            assertThat(List.of(running.take(events), running.take(events), running.take(events)))
                    .containsExactlyInAnyOrder("source closed", "response closed", "failed");
            assertThat(running.call(running.server::connectionCount)).isZero();
        }
    }

    private static Iterator<Buffer> endless() {
        Buffer chunk = Buffer.wrap(new byte[8_000]);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public Buffer next() {
                return chunk;
            }
        };
    }

    @Test
    void a_client_that_goes_away_in_the_middle_of_a_body_breaks_the_request() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        CountDownLatch handled = new CountDownLatch(2);
        try (RunningServer running = RunningServer.start((request, response) -> {
            request.onError(error -> events.add(String.valueOf(error.getMessage())));
            request.onEnd(() -> events.add("end"));
            request.onClose(() -> events.add("close"));
            response.onClose(() -> events.add("response close"));
            request.onData(chunk -> handled.countDown());
            handled.countDown();
        })) {
            try (RawClient client = running.connect()) {
                client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
                assertThat(handled.await(RunningServer.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                        .isTrue();
            }
            assertThat(running.take(events)).isEqualTo("the client went away before its request was complete");
            assertThat(running.take(events)).isEqualTo("close");
            assertThat(running.take(events)).isEqualTo("response close");
        }
    }

    @Test
    void a_response_to_a_client_that_has_gone_is_dropped() throws Exception {
        BlockingQueue<ServerResponse> open = new LinkedBlockingQueue<>();
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> open.add(response))) {
            for (String how : new String[] {"end", "write"}) {
                ServerResponse response;
                try (RawClient client = running.connect()) {
                    client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
                    response = running.take(open);
                }
                running.run(() -> running.loop.setImmediate(new Runnable() {
                    @Override
                    public void run() {
                        if (running.server.connectionCount() > 0) {
                            running.loop.setTimeout(this, 1);
                            return;
                        }
                        if (how.equals("write")) {
                            response.write("too ");
                        }
                        response.end("late");
                        assertThat(response.isDestroyed()).isTrue();
                        assertThat(response.headersSent()).isFalse();
                        events.add(how);
                    }
                }));
                assertThat(running.take(events)).isEqualTo(how);
            }
        }
    }

    @Test
    void destroying_a_response_or_an_incomplete_request_ends_the_connection() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    if (request.url().equals("/response")) {
                        response.destroy();
                    } else {
                        request.destroy();
                    }
                });
                RawClient one = running.connect();
                RawClient two = running.connect()) {
            one.send("GET /response HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(one.readToEnd()).isEmpty();
            two.send("POST /request HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
            assertThat(two.readToEnd()).isEmpty();
        }
    }

    /** The other limits are tested in virtual time, where a client cannot be late by accident. */
    @Test
    void a_connection_without_a_further_request_is_closed() throws Exception {
        try (RunningServer running = RunningServer.start(
                        options -> options.keepAliveTimeout(Duration.ofMillis(100)),
                        (request, response) -> response.end("ok"));
                RawClient client = running.connect()) {
            assertThat(client.get("/").body()).isEqualTo("ok");
            assertThat(client.readToEnd()).isEmpty();
            assertThat(running.clientErrors).isEmpty();
        }
    }

    @Test
    void more_connections_than_allowed_are_closed() throws Exception {
        try (RunningServer running = RunningServer.start(
                        options -> options.maxConnections(1), (request, response) -> response.end("ok"));
                RawClient first = running.connect()) {
            assertThat(first.get("/").body()).isEqualTo("ok");
            try (RawClient second = running.connect()) {
                assertThat(second.readToEnd()).isEmpty();
            }
            assertThat(first.get("/").body()).isEqualTo("ok");
        }
    }

    @Test
    void connections_that_are_destroyed_in_any_state_leave_nothing_behind() throws Exception {
        CountDownLatch handled = new CountDownLatch(3);
        try (RunningServer running =
                        RunningServer.start(options -> options.highWaterMark(1000), (request, response) -> {
                            if (request.url().equals("/half")) {
                                response.write("x".repeat(100_000));
                            }
                            handled.countDown();
                        });
                RawClient idle = running.connect();
                RawClient head = running.connect();
                RawClient body = running.connect();
                RawClient pipelined = running.connect();
                RawClient half = running.connect()) {
            head.send("GET / HTTP/1.1\r\nHos");
            body.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(50_000));
            pipelined.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n".repeat(100));
            half.send("GET /half HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(handled.await(RunningServer.TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .isTrue();
            running.run(running.server::closeAllConnections);
            for (RawClient client : new RawClient[] {idle, head, body, pipelined, half}) {
                client.readToEnd();
            }
            assertThat(running.call(running.server::connectionCount)).isZero();
        }
    }
}
