package io.gyre.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.testing.MemorySocket;
import io.gyre.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that stop in the middle, and how long the server waits for them. */
class HttpInactivityTest {

    private static final int PORT = 80;
    private static final String GET = "GET / HTTP/1.1\r\nHost: t\r\n\r\n";
    private static final Duration LIMIT = Duration.ofSeconds(2);

    /** Within the limit, and beyond it by more than the sweep's period. */
    private static final Duration SHORT = Duration.ofMillis(1500);

    private static final Duration LONG = Duration.ofSeconds(4);

    private final VirtualTime time = new VirtualTime();
    private final VirtualTime.Rig rig = time.drive();
    private final List<ClientException> clientErrors = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private @Nullable HttpServer server;
    private @Nullable MemorySocket client;

    @AfterEach
    void close() {
        rig.close();
    }

    private void serve(UnaryOperator<HttpServerBuilder> options, RequestHandler handler) {
        time.network().capacity(10_000);
        rig.run(() -> {
            HttpServer made = options.apply(HttpServer.builder(rig.loop())).create((request, response) -> {
                response.onFinish(() -> events.add("finish"));
                response.onClose(() -> events.add("close"));
                handler.handle(request, response);
            });
            made.onClientError(clientErrors::add);
            made.listen(PORT, () -> time.network().connect(PORT).thenAccept(socket -> {
                socket.onError(error -> {});
                client = socket;
            }));
            server = made;
        });
        after(Duration.ofMillis(5));
    }

    private void send(String text) {
        rig.run(() -> client().write(Buffer.utf8(text)));
    }

    private MemorySocket client() {
        return Objects.requireNonNull(client, "client");
    }

    private void after(Duration duration) {
        rig.advanceTimeBy(duration);
    }

    private int connections() {
        return Objects.requireNonNull(server, "server").connectionCount();
    }

    private static Buffer bytes(int count) {
        return Buffer.wrap(new byte[count]);
    }

    private void assertGivenUp() {
        assertThat(connections()).isZero();
        assertThat(clientErrors).singleElement().satisfies(error -> {
            assertThat(error.statusCode()).isZero();
            assertThat(error).hasMessageContaining("2000 ms");
        });
    }

    @Test
    void a_client_that_stops_to_read_is_given_up() {
        serve(options -> options.timeout(LIMIT), (request, response) -> response.end(bytes(1_000_000)));
        send(GET);
        after(SHORT);
        assertThat(connections()).isOne();
        after(LONG);
        assertGivenUp();
    }

    @Test
    void its_response_is_closed_without_being_finished() {
        serve(options -> options.timeout(LIMIT), (request, response) -> {
            response.write(bytes(500_000));
            response.end(bytes(500_000));
        });
        send(GET);
        after(LONG);
        assertGivenUp();
        assertThat(events).containsExactly("close");
    }

    @Test
    void the_last_bytes_of_a_connection_are_not_waited_for_longer() {
        serve(options -> options.timeout(LIMIT), (request, response) -> {
            response.setHeader("Connection", "close");
            response.end(bytes(1_000_000));
        });
        send(GET);
        after(SHORT);
        assertThat(connections()).isOne();
        after(LONG);
        assertGivenUp();
    }

    @Test
    void a_program_that_writes_on_does_not_keep_it() {
        serve(options -> options.timeout(LIMIT), (request, response) -> response.loop()
                .setInterval(() -> response.write(bytes(10_000)), 100));
        send(GET);
        after(LONG);
        assertGivenUp();
    }

    @Test
    void a_client_that_reads_slowly_is_served() {
        serve(options -> options.timeout(LIMIT), (request, response) -> response.end(bytes(100_000)));
        send(GET);
        long[] got = {0};
        rig.run(() -> rig.loop()
                .setInterval(
                        () -> {
                            Buffer piece = client().read(Math.min(9_000, Math.max(1, client().readableLength())));
                            got[0] += piece == null ? 0 : piece.length();
                        },
                        1_500));
        after(Duration.ofSeconds(30));
        assertThat(clientErrors).isEmpty();
        assertThat(got[0]).isGreaterThan(100_000);
    }

    @Test
    void a_client_that_sends_slowly_is_served() {
        serve(options -> options.timeout(LIMIT), (request, response) -> {
            request.resume();
            request.onEnd(() -> response.end("thanks"));
        });
        send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 5\r\n\r\n");
        for (int i = 0; i < 5; i++) {
            after(SHORT);
            send("x");
        }
        after(Duration.ofMillis(5));
        assertThat(events).containsExactly("finish", "close");
        assertThat(clientErrors).isEmpty();
    }

    @Test
    void an_event_now_and_then_is_enough() {
        serve(options -> options.timeout(LIMIT), (request, response) -> response.loop()
                .setInterval(() -> response.write("event"), 1_500));
        send(GET);
        rig.run(() -> client().resume());
        after(Duration.ofSeconds(20));
        assertThat(connections()).isOne();
        assertThat(clientErrors).isEmpty();
    }

    @Test
    void an_answer_that_comes_too_late_is_not_waited_for() {
        serve(options -> options.timeout(LIMIT), (request, response) -> response.loop()
                .setTimeout(() -> response.end("late"), 10_000));
        send(GET);
        after(LONG);
        assertGivenUp();
    }

    @Test
    void between_two_requests_the_keep_alive_time_counts() {
        serve(
                options -> options.timeout(LIMIT).keepAliveTimeout(Duration.ofSeconds(10)),
                (request, response) -> response.end("ok"));
        send(GET);
        rig.run(() -> client().resume());
        after(Duration.ofSeconds(8));
        assertThat(connections()).isOne();
        send(GET);
        after(SHORT);
        assertThat(events).hasSize(4);
        assertThat(clientErrors).isEmpty();
    }

    @Test
    void without_a_limit_a_client_is_waited_for() {
        serve(options -> options, (request, response) -> response.end(bytes(1_000_000)));
        send(GET);
        after(Duration.ofMinutes(2));
        assertThat(connections()).isOne();
        assertThat(clientErrors).isEmpty();
    }

    /** Limits for what a client sends, and none for a connection on which nothing moves. */
    private static HttpServerBuilder strict(HttpServerBuilder options) {
        return options.headersTimeout(LIMIT).requestTimeout(LIMIT).keepAliveTimeout(LIMIT);
    }

    private StringBuilder received() {
        StringBuilder received = new StringBuilder();
        rig.run(() -> client().onData(received::append));
        return received;
    }

    private void assertAnsweredWith408(StringBuilder received) {
        assertThat(received).startsWith("HTTP/1.1 408 ");
        assertThat(connections()).isZero();
        assertThat(clientErrors).singleElement().satisfies(error -> assertThat(error.statusCode())
                .isEqualTo(408));
    }

    @Test
    void a_head_that_does_not_end_is_answered_with_408() {
        serve(HttpInactivityTest::strict, (request, response) -> response.end("ok"));
        StringBuilder received = received();
        send("GET / HTTP/1.1\r\nHo");
        after(SHORT);
        assertThat(received).isEmpty();
        after(LONG.multipliedBy(2));
        assertAnsweredWith408(received);
    }

    @Test
    void a_body_that_does_not_end_is_answered_with_408() {
        serve(HttpInactivityTest::strict, (request, response) -> {});
        StringBuilder received = received();
        send("POST / HTTP/1.1\r\nHost: t\r\nContent-Length: 10\r\n\r\nabc");
        after(SHORT);
        assertThat(received).isEmpty();
        after(LONG.multipliedBy(2));
        assertAnsweredWith408(received);
    }

    @Test
    void a_client_that_asks_no_more_is_not_waited_for() {
        serve(HttpInactivityTest::strict, (request, response) -> response.end("ok"));
        StringBuilder received = received();
        send(GET);
        after(SHORT);
        assertThat(received).startsWith("HTTP/1.1 200 ").endsWith("ok");
        assertThat(connections()).isOne();
        after(LONG);
        assertThat(connections()).isZero();
        assertThat(clientErrors).isEmpty();
    }

    @Test
    void a_client_that_never_asks_is_not_waited_for() {
        serve(HttpInactivityTest::strict, (request, response) -> response.end("ok"));
        StringBuilder received = received();
        after(SHORT);
        assertThat(connections()).isOne();
        after(LONG);
        assertThat(connections()).isZero();
        assertThat(received).isEmpty();
        assertThat(clientErrors).isEmpty();
    }

    @Test
    void a_slow_response_is_not_given_up_by_the_limits_for_requests() {
        serve(HttpInactivityTest::strict, (request, response) -> response.loop()
                .setTimeout(() -> response.end("late"), 10_000));
        StringBuilder received = received();
        send(GET);
        after(Duration.ofSeconds(11));
        assertThat(received).startsWith("HTTP/1.1 200 ").endsWith("late");
        assertThat(clientErrors).isEmpty();
    }

    /** Longer than the sweep's period, which the coarse clock must not mistake for a timeout. */
    @Test
    void a_client_that_takes_its_time_within_the_limits_is_served() {
        serve(options -> options, (request, response) -> response.end("ok"));
        StringBuilder received = received();
        after(SHORT);
        send(GET);
        after(SHORT);
        assertThat(received).startsWith("HTTP/1.1 200 ").endsWith("ok");
    }
}
