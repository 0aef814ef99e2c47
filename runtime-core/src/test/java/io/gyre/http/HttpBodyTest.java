package io.gyre.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.http.RawClient.Response;
import io.gyre.stream.Readable;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Bodies as streams, and their backpressure. */
class HttpBodyTest {

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }

    private static String head(int contentLength) {
        return "POST / HTTP/1.1\r\nHost: t\r\nContent-Length: " + contentLength + "\r\n\r\n";
    }

    @Test
    void a_response_of_several_chunks_is_chunked_and_finishes() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
                    response.onFinish(() -> events.add("finish"));
                    response.onClose(() -> events.add("close"));
                    response.write("one ");
                    response.loop().setImmediate(() -> {
                        response.write("two ");
                        response.end("three");
                    });
                });
                RawClient client = running.connect()) {
            Response answer = client.get("/");
            assertThat(answer.headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(answer.headers()).doesNotContainKey("content-length");
            assertThat(answer.body()).isEqualTo("one two three");
            assertThat(running.take(events)).isEqualTo("finish");
            assertThat(running.take(events)).isEqualTo("close");
            assertThat(client.get("/").body()).isEqualTo("one two three");
        }
    }

    @Test
    void listeners_that_come_after_the_end_are_told() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
                    response.end("x");
                    response.onFinish(() -> events.add("finish"));
                    request.onEnd(() -> events.add("end"));
                    request.resume();
                });
                RawClient client = running.connect()) {
            assertThat(client.get("/").body()).isEqualTo("x");
            assertThat(running.take(events)).isIn("finish", "end");
            assertThat(running.take(events)).isIn("finish", "end");
        }
    }

    @Test
    void a_body_is_echoed_through_a_pipe_chunked_or_not() throws Exception {
        byte[] body = bytes(3_000_000);
        try (RunningServer running = RunningServer.start((request, response) -> request.pipe(response));
                RawClient client = running.connect()) {
            CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                try {
                    client.send(head(body.length)).send(body);
                    client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n");
                    for (int at = 0; at < body.length; at += 10_000) {
                        byte[] chunk = Arrays.copyOfRange(body, at, Math.min(body.length, at + 10_000));
                        client.send(Integer.toHexString(chunk.length) + "\r\n")
                                .send(chunk)
                                .send("\r\n");
                    }
                    client.send("0\r\n\r\n");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(client.receive().bytes()).isEqualTo(body);
            assertThat(client.receive().bytes()).isEqualTo(body);
            sent.get(RunningServer.TIMEOUT_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_large_body_goes_out_whole_at_once() throws Exception {
        byte[] body = bytes(5_000_000);
        Buffer whole = Buffer.wrap(body);
        try (RunningServer running = RunningServer.start((request, response) -> response.end(whole));
                RawClient client = running.connect()) {
            Response answer = client.get("/");
            assertThat(answer.headers()).containsEntry("content-length", "5000000");
            assertThat(answer.bytes()).isEqualTo(body);
            assertThat(client.get("/").bytes()).isEqualTo(body);
        }
    }

    @Test
    void trailers_are_there_at_the_end() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    request.resume();
                    request.onEnd(
                            () -> response.end(String.valueOf(request.trailers().get("X-Sum"))));
                });
                RawClient client = running.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: t\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + "3\r\nabc\r\n0\r\nx-sum: 42\r\n\r\n");
            assertThat(client.receive().body()).isEqualTo("42");
        }
    }

    @Test
    void trailers_follow_a_body_of_one_chunk_or_of_many() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    response.setHeader("Trailer", "X-Sum");
                    if (request.url().equals("/many")) {
                        response.write("one ");
                        response.write("two");
                    }
                    response.addTrailers(Map.of("X-Sum", "42"));
                    response.end("!");
                });
                RawClient client = running.connect()) {
            Response many = client.get("/many");
            assertThat(many.body()).isEqualTo("one two!");
            assertThat(many.headers()).containsEntry("trailer", "X-Sum");
            assertThat(many.trailers()).containsExactly(Map.entry("x-sum", "42"));
            Response one = client.get("/one");
            assertThat(one.body()).isEqualTo("!");
            assertThat(one.headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(one.trailers()).containsExactly(Map.entry("x-sum", "42"));
        }
    }

    @Test
    void a_trailer_field_alone_makes_room_for_what_is_not_known_yet() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    response.setHeader("Trailer", "X-Sum");
                    response.end("all at once");
                });
                RawClient client = running.connect()) {
            Response answer = client.get("/");
            assertThat(answer.headers()).containsEntry("transfer-encoding", "chunked");
            assertThat(answer.body()).isEqualTo("all at once");
            assertThat(answer.trailers()).isEmpty();
        }
    }

    @Test
    void trailers_are_dropped_where_there_is_no_place_for_them() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
            response.setHeader("Trailer", "X-Sum").addTrailers(Map.of("X-Sum", "42"));
            if (request.url().equals("/length")) {
                response.setHeader("Content-Length", 5);
            }
            response.end("hello");
        })) {
            try (RawClient client = running.connect()) {
                Response length = client.get("/length");
                assertThat(length.body()).isEqualTo("hello");
                client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
                assertThat(client.receiveHead().status()).isEqualTo(200);
                assertThat(client.get("/length").body()).isEqualTo("hello");
            }
            try (RawClient client = running.connect()) {
                client.send("GET / HTTP/1.0\r\n\r\n");
                Response old = client.receive();
                assertThat(old.headers()).containsEntry("content-length", "5");
                assertThat(old.body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void trailers_that_frame_the_message_or_come_too_late_are_refused() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    assertThatThrownBy(() -> response.addTrailers(Map.of("content-length", "5")))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("content-length frames the message");
                    assertThatThrownBy(() -> response.addTrailers(Map.of("X-Sum", "4\r\nX-Evil: 2")))
                            .isInstanceOf(IllegalArgumentException.class);
                    response.end("ok");
                    assertThatThrownBy(() -> response.addTrailers(Map.of("X-Sum", "42")))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("has ended already");
                });
                RawClient client = running.connect()) {
            assertThat(client.get("/").trailers()).isEmpty();
        }
    }

    @Test
    void a_writer_is_told_to_wait_and_when_to_go_on() throws Exception {
        int chunks = 2_000;
        Buffer chunk = Buffer.wrap(bytes(10_000));
        BlockingQueue<Boolean> refusals = new LinkedBlockingQueue<>();
        AtomicInteger mostWaiting = new AtomicInteger();
        try (RunningServer running =
                        RunningServer.start(options -> options.highWaterMark(20_000), (request, response) -> {
                            int[] left = {chunks};
                            Runnable writer = () -> {
                                while (left[0] > 0) {
                                    left[0]--;
                                    boolean more = response.write(chunk);
                                    mostWaiting.set(Math.max(mostWaiting.get(), response.writableLength()));
                                    if (!more) {
                                        refusals.add(true);
                                        return;
                                    }
                                }
                                response.end();
                            };
                            response.onDrain(writer);
                            writer.run();
                        });
                RawClient client = new RawClient(running.address, 4096)) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            // Nobody reads until the writer was told to wait: the body is longer than the buffers of a socket.
            running.take(refusals);
            assertThat(client.receive().bytes()).hasSize(chunks * chunk.length());
            assertThat(mostWaiting.get()).isLessThanOrEqualTo(20_000 + chunk.length());
        }
    }

    @Test
    void a_client_that_sends_faster_than_the_program_reads_is_held_up() throws Exception {
        byte[] body = bytes(4_000_000);
        int highWaterMark = 20_000;
        AtomicInteger mostWaiting = new AtomicInteger();
        try (RunningServer running =
                        RunningServer.start(options -> options.highWaterMark(highWaterMark), (request, response) -> {
                            int[] total = new int[1];
                            Runnable[] step = new Runnable[1];
                            step[0] = () -> {
                                mostWaiting.set(Math.max(mostWaiting.get(), request.readableLength()));
                                Buffer part = request.read(5_000);
                                if (part == null) {
                                    part = request.read();
                                }
                                total[0] += part == null ? 0 : part.length();
                                if (request.isReadableEnded()) {
                                    response.end(Integer.toString(total[0]));
                                } else {
                                    response.loop().setImmediate(step[0]);
                                }
                            };
                            step[0].run();
                        });
                RawClient client = running.connect()) {
            client.send(head(body.length)).send(body);
            assertThat(client.receive().body()).isEqualTo(Integer.toString(body.length));
            assertThat(mostWaiting.get()).isBetween(1, 2 * highWaterMark);
        }
    }

    @Test
    void what_nobody_reads_of_a_body_is_dropped_after_the_response() throws Exception {
        try (RunningServer running = RunningServer.start(
                        options -> options.highWaterMark(1_000),
                        (request, response) -> response.loop().setImmediate(() -> response.end(request.method())));
                RawClient client = running.connect()) {
            client.send(head(1_000_000)).send(bytes(1_000_000));
            assertThat(client.receive().body()).isEqualTo("POST");
            assertThat(client.get("/").body()).isEqualTo("GET");
        }
    }

    @Test
    void a_client_that_waits_for_100_continue_gets_it() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> request.pipe(response));
                RawClient client = running.connect()) {
            client.send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.receive().status()).isEqualTo(100);
            client.send("abc");
            assertThat(client.receive().body()).isEqualTo("abc");
        }
    }

    @Test
    void a_handler_may_decide_whether_the_body_is_to_be_sent() throws Exception {
        try (RunningServer running =
                RunningServer.start(options -> options.autoContinue(false), (request, response) -> {
                    if (request.url().equals("/large")) {
                        response.statusCode(413).end("too large");
                        assertThatThrownBy(response::writeContinue)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("the head was sent already");
                    } else {
                        response.writeContinue();
                        request.pipe(response);
                    }
                })) {
            String head = " HTTP/1.1\r\nHost: t\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
            try (RawClient client = running.connect()) {
                client.send("POST /small" + head);
                assertThat(client.receive().status()).isEqualTo(100);
                client.send("abc");
                assertThat(client.receive().body()).isEqualTo("abc");
            }
            try (RawClient client = running.connect()) {
                client.send("POST /large" + head);
                RawClient.Response refusal = client.receive();
                assertThat(refusal.status()).isEqualTo(413);
                assertThat(refusal.headers().get("connection")).isEqualTo("close");
                assertThat(client.readToEnd()).isEmpty();
            }
        }
    }

    @Test
    void a_body_that_does_not_keep_to_its_length_ends_the_connection() throws Exception {
        BlockingQueue<String> errors = new LinkedBlockingQueue<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
            response.onError(error -> errors.add(String.valueOf(error.getMessage())));
            response.setHeader("Content-Length", 4);
            response.write("abc");
            response.end(request.url().equals("/long") ? "de" : "");
        })) {
            try (RawClient client = running.connect()) {
                client.send("GET /long HTTP/1.1\r\nHost: t\r\n\r\n");
                client.readToEnd();
                assertThat(running.take(errors)).isEqualTo("Content-Length is 4, but the body has at least 5 bytes");
            }
            try (RawClient client = running.connect()) {
                client.send("GET /short HTTP/1.1\r\nHost: t\r\n\r\n");
                client.readToEnd();
                assertThat(running.take(errors)).isEqualTo("Content-Length is 4, but the body has 3 bytes");
            }
        }
    }

    @Test
    void a_source_that_is_piped_into_a_response_is_read_to_its_end() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> Readable.from(
                                response.loop(), Collections.nCopies(1000, Buffer.utf8("0123456789")))
                        .pipe(response));
                RawClient client = running.connect()) {
            assertThat(client.get("/").body()).isEqualTo("0123456789".repeat(1000));
        }
    }
}
