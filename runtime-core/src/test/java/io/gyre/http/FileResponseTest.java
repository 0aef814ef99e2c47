package io.gyre.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.abort.AbortController;
import io.gyre.buffer.Buffer;
import io.gyre.fs.FileSystem;
import io.gyre.fs.FsException;
import io.gyre.fs.ReadStream;
import io.gyre.fs.ReadStreamOptions;
import io.gyre.http.RawClient.Response;
import io.gyre.loop.Transport;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Transform;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files piped into responses: all but the first chunk goes by reference, with the events of any pipe. */
@Timeout(300)
class FileResponseTest {

    private static final int CHUNK = 64 * 1024;
    private static final int MIB = 1024 * 1024;

    /** More than the buffers of a socket hold. */
    private static final int HUGE = 48 * MIB;

    @TempDir
    Path folder;

    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final SentPieces sent = new SentPieces();

    private static List<Transport> transports() {
        return Arrays.stream(Transport.values()).filter(Transport::isAvailable).toList();
    }

    private Path file(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return Files.write(folder.resolve("data-" + size), bytes);
    }

    private ReadStream open(ServerResponse response, Path path) {
        return open(response, path, ReadStreamOptions.defaults());
    }

    private ReadStream open(ServerResponse response, Path path, ReadStreamOptions options) {
        sent.watch(response);
        return FileSystem.of(response.loop()).createReadStream(path, options);
    }

    private static Transform<Buffer, Buffer> peek(ServerResponse response) {
        return Transform.peek(response.loop(), DuplexOptions.bytes(), bytes -> {});
    }

    /** How many descriptors of this process are open on a file. */
    private static long descriptors(Path path) throws IOException {
        Path fds = Path.of("/proc/self/fd");
        Assumptions.assumeTrue(Files.isDirectory(fds), "needs /proc");
        Path real = path.toRealPath();
        try (Stream<Path> all = Files.list(fds)) {
            return all.filter(fd -> {
                        try {
                            return Files.readSymbolicLink(fd).equals(real);
                        } catch (IOException closedMeanwhile) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void files_of_all_sizes_arrive_whole(Transport transport) throws Exception {
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
                    Path path = folder.resolve(request.path().substring(1));
                    if (request.url().endsWith("length")) {
                        response.setHeader("Content-Length", path.toFile().length());
                    }
                    ReadStream source = FileSystem.of(response.loop()).createReadStream(path);
                    if (request.url().contains("peek")) {
                        source.pipe(peek(response)).pipe(response);
                    } else {
                        source.pipe(response);
                    }
                });
                RawClient client = running.connect()) {
            for (int size : List.of(0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * MIB + CHUNK, 10 * MIB, 10 * MIB + 1)) {
                Path path = file(size);
                byte[] content = Files.readAllBytes(path);
                Response chunked = client.get("/" + path.getFileName());
                assertThat(chunked.headers()).containsKey(size == 0 ? "content-length" : "transfer-encoding");
                assertThat(chunked.bytes()).as("%d bytes, chunked", size).isEqualTo(content);
                Response measured = client.get("/" + path.getFileName() + "?length");
                assertThat(measured.headers()).containsEntry("content-length", Integer.toString(size));
                assertThat(measured.bytes()).as("%d bytes", size).isEqualTo(content);
                Response chunkedPeek = client.get("/" + path.getFileName() + "?peek");
                assertThat(chunkedPeek.bytes())
                        .as("%d bytes, peek, chunked", size)
                        .isEqualTo(content);
                Response measuredPeek = client.get("/" + path.getFileName() + "?peek&length");
                assertThat(measuredPeek.bytes()).as("%d bytes, peek", size).isEqualTo(content);
                assertThat(descriptorsAreGone(running, path)).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_client_that_stops_to_read_is_given_up_after_the_timeout(Transport transport) throws Exception {
        Path path = file(HUGE);
        try (RunningServer running = RunningServer.start(
                        transport, options -> options.timeout(Duration.ofMillis(300)), (request, response) -> {
                            ReadStream source = open(response, path);
                            source.onClose(() -> events.add("closed"));
                            Pipeline.run(source, response, error -> events.add(error == null ? "through" : "failed"));
                        });
                RawClient client = new RawClient(running.address, 16 * 1024)) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            ClientException why = running.take(running.clientErrors);
            assertThat(why.statusCode()).isZero();
            assertThat(why).hasMessageContaining("300 ms");
            assertThat(List.of(running.take(events), running.take(events)))
                    .containsExactlyInAnyOrder("failed", "closed");
            assertThat(client.readToEnd(HUGE)).isLessThan(HUGE);
            assertThat(running.clientErrors).isEmpty();
            assertThat(descriptorsAreGone(running, path)).isTrue();
        }
    }

    /** Closing takes a worker; it is done when a later turn finds no descriptor. */
    private static boolean descriptorsAreGone(RunningServer running, Path path) throws Exception {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(RunningServer.TIMEOUT_SECONDS);
        while (descriptors(path) > 0) {
            if (System.nanoTime() > giveUp) {
                return false;
            }
            running.run(() -> {});
        }
        return true;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void all_but_the_first_chunk_goes_by_reference(Transport transport) throws Exception {
        Path path = file(5 * MIB);
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
                    ReadStream source = open(response, path);
                    source.onClose(() -> events.add("read " + source.bytesRead()));
                    source.pipe(response.setHeader("Content-Length", 5 * MIB));
                });
                RawClient client = running.connect()) {
            assertThat(client.get("/").bytes()).isEqualTo(Files.readAllBytes(path));
            assertThat(running.take(events)).isEqualTo("read " + 5 * MIB);
            assertThat(sent.byReference.get()).isEqualTo(5 * MIB - CHUNK);
            assertThat(sent.copied.get()).isBetween((long) CHUNK, CHUNK + 1000L);
            assertThat(sent.largestRegion.get()).isLessThanOrEqualTo(MIB);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void files_longer_than_32_bits_can_tell_are_sent_from_where_they_should(Transport transport) throws Exception {
        byte[] end = new byte[3 * MIB];
        new Random(1).nextBytes(end);
        long start = Integer.MAX_VALUE - (long) MIB;
        Path path = folder.resolve("sparse");
        try (FileChannel sparse = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            sparse.write(ByteBuffer.wrap(end), start);
        }
        try (RunningServer running = RunningServer.start(transport, (request, response) -> open(
                                response, path, ReadStreamOptions.defaults().start(start))
                        .pipe(response));
                RawClient client = running.connect()) {
            assertThat(client.get("/").bytes()).isEqualTo(end);
            assertThat(sent.byReference.get()).isEqualTo(3 * MIB - CHUNK);
        }
    }

    @Test
    void a_pipeline_sends_by_reference_too_and_parts_of_files() throws Exception {
        Path path = file(3 * MIB);
        ReadStreamOptions part =
                ReadStreamOptions.defaults().start(1_000).end(2_500_000).highWaterMark(5_000);
        try (RunningServer running = RunningServer.start((request, response) ->
                        Pipeline.run(open(response, path, part), response, error -> events.add("through " + error)));
                RawClient client = running.connect()) {
            assertThat(client.get("/").bytes())
                    .isEqualTo(Arrays.copyOfRange(Files.readAllBytes(path), 1_000, 2_500_001));
            assertThat(running.take(events)).isEqualTo("through null");
            assertThat(sent.byReference.get()).isEqualTo(2_499_001 - 5_000);
        }
    }

    @Test
    void a_stage_that_nobody_looks_into_sends_by_reference_too() throws Exception {
        Path path = file(3 * MIB);
        try (RunningServer running = RunningServer.start((request, response) -> Pipeline.from(open(response, path))
                        .through(new PassThrough<>(response.loop(), DuplexOptions.bytes()))
                        .into(response, error -> {}));
                RawClient client = running.connect()) {
            assertThat(client.get("/").bytes()).isEqualTo(Files.readAllBytes(path));
            assertThat(sent.byReference.get()).isEqualTo(3 * MIB - CHUNK);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_stage_that_only_looks_is_lent_all_but_the_first_chunk(Transport transport) throws Exception {
        Path path = file(5 * MIB);
        CRC32 sum = new CRC32();
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
                    response.setHeader("Content-Length", 5 * MIB);
                    Pipeline.from(open(response, path))
                            .through(Transform.peek(response.loop(), DuplexOptions.bytes(), sum::update))
                            .into(response, error -> {});
                });
                RawClient client = running.connect()) {
            byte[] content = Files.readAllBytes(path);
            assertThat(client.get("/").bytes()).isEqualTo(content);
            CRC32 expected = new CRC32();
            expected.update(content);
            assertThat(running.call(sum::getValue)).isEqualTo(expected.getValue());
            assertThat(sent.lent.get()).isEqualTo(5 * MIB - CHUNK);
            assertThat(sent.regions.get()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void clients_that_go_away_leave_no_memory_lent(Transport transport) throws Exception {
        Path path = file(HUGE);
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
            ReadStream source = open(response, path);
            source.onClose(() -> events.add("closed"));
            Pipeline.from(source).through(peek(response)).into(response, error -> {});
        })) {
            // More than there is to lend.
            for (int i = 0; i < 40; i++) {
                RawClient client = running.connect();
                client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
                assertThat(client.skip(MIB)).isEqualTo(MIB);
                client.reset();
                assertThat(running.take(events)).isEqualTo("closed");
            }
            long before = sent.lent.get();
            try (RawClient client = running.connect()) {
                assertThat(client.get("/").bytes()).isEqualTo(Files.readAllBytes(path));
            }
            assertThat(sent.lent.get() - before).isGreaterThan(HUGE / 2);
        }
    }

    @Test
    void the_answer_to_HEAD_takes_no_lent_bytes() throws Exception {
        Path path = file(3 * MIB);
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, path);
                    source.onClose(() -> events.add("closed"));
                    response.setHeader("Content-Length", 3 * MIB);
                    Pipeline.from(source).through(peek(response)).into(response, error -> {});
                });
                RawClient client = running.connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.receiveHead().headers()).containsEntry("content-length", Integer.toString(3 * MIB));
            assertThat(running.take(events)).isEqualTo("closed");
            assertThat(sent.lent.get()).isZero();
            assertThat(client.get("/").bytes()).hasSize(3 * MIB);
        }
    }

    @Test
    void with_a_stage_or_a_listener_between_nothing_goes_by_reference() throws Exception {
        Path path = file(3 * MIB);
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, path);
                    if (request.path().equals("/stage")) {
                        Transform<Buffer, Buffer> stage = Transform.of(
                                response.loop(), DuplexOptions.bytes(), (chunk, output) -> output.done(chunk));
                        Pipeline.run(source, stage, response);
                    } else {
                        source.onData(chunk -> events.add("data"));
                        source.pipe(response);
                    }
                });
                RawClient client = running.connect()) {
            assertThat(client.get("/stage").bytes()).isEqualTo(Files.readAllBytes(path));
            assertThat(client.get("/listener").bytes()).isEqualTo(Files.readAllBytes(path));
            assertThat(events).hasSize(48);
            assertThat(sent.regions.get()).isZero();
            assertThat(sent.lent.get()).isZero();
        }
    }

    @Test
    void the_answer_to_HEAD_has_no_body_and_the_file_is_not_sent() throws Exception {
        Path path = file(3 * MIB);
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, path);
                    source.onClose(() -> events.add("closed"));
                    source.pipe(response.setHeader("Content-Length", 3 * MIB));
                });
                RawClient client = running.connect()) {
            client.send("HEAD / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.receiveHead().headers()).containsEntry("content-length", Integer.toString(3 * MIB));
            assertThat(running.take(events)).isEqualTo("closed");
            assertThat(sent.regions.get()).isZero();
            assertThat(client.get("/").bytes()).hasSize(3 * MIB);
        }
    }

    @Test
    void the_events_are_those_of_a_pipe_that_copies() throws Exception {
        Path path = file(300_000);
        List<List<String>> traces = new ArrayList<>();
        try (RunningServer running = RunningServer.start((request, response) -> {
                    List<String> trace = new ArrayList<>();
                    traces.add(trace);
                    ReadStream source = open(response, path);
                    if (request.path().equals("/copied")) {
                        source.onData(chunk -> {});
                    }
                    source.onOpen(() -> trace.add("open"));
                    source.onEnd(() -> trace.add("end"));
                    source.onClose(() -> trace.add("source close, read " + source.bytesRead()));
                    response.onPipe(from -> trace.add("pipe"));
                    response.onUnpipe(from -> trace.add("unpipe"));
                    response.onFinish(() -> trace.add("finish"));
                    response.onClose(() -> trace.add("response close"));
                    Pipeline.run(source, response, error -> {
                        trace.add("through " + error);
                        events.add("done");
                    });
                });
                RawClient client = running.connect()) {
            client.get("/copied");
            running.take(events);
            assertThat(sent.regions.get()).isZero();
            client.get("/");
            running.take(events);
            assertThat(sent.regions.get()).isPositive();
            assertThat(traces.get(1))
                    .contains("pipe", "end", "unpipe", "finish", "source close, read 300000", "through null")
                    .containsExactlyInAnyOrderElementsOf(traces.get(0));
        }
    }

    @Test
    void after_unpipe_reading_goes_on_where_the_pipe_stopped() throws Exception {
        Path path = file(HUGE);
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, path);
                    source.pipe(response);
                    goOnByHand(source, response);
                });
                RawClient client = running.connect()) {
            assertThat(client.get("/").bytes()).isEqualTo(Files.readAllBytes(path));
            assertThat(running.take(events)).startsWith("by hand");
            assertThat(sent.regions.get()).isPositive();
            assertThat(sent.byReference.get()).isLessThan(HUGE - CHUNK);
        }
    }

    /** Looks in every turn whether enough went through the pipe, and then does what it did by hand. */
    private void goOnByHand(ReadStream source, ServerResponse response) {
        if (source.bytesRead() < 5 * MIB) {
            response.loop().setImmediate(() -> goOnByHand(source, response));
            return;
        }
        source.unpipe(response);
        events.add("by hand from " + source.bytesRead());
        source.onData(chunk -> {
            if (!response.write(chunk)) {
                source.pause();
            }
        });
        response.onDrain(source::resume);
        source.onEnd(response::end);
        source.resume();
    }

    @Test
    void what_is_written_by_others_stays_in_order() throws Exception {
        Path path = file(3 * MIB);
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, path);
                    response.write("before,");
                    source.pipe(response, false);
                    source.onEnd(() -> response.end(",after"));
                });
                RawClient client = running.connect()) {
            byte[] body = client.get("/").bytes();
            assertThat(body).hasSize(3 * MIB + 13);
            assertThat(Arrays.copyOfRange(body, 7, body.length - 6)).isEqualTo(Files.readAllBytes(path));
            assertThat(sent.byReference.get()).isEqualTo(3 * MIB - CHUNK);
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_slow_reader_costs_no_memory_and_others_are_served(Transport transport) throws Exception {
        Path path = file(HUGE);
        ReadStream[] source = new ReadStream[1];
        ServerResponse[] slow = new ServerResponse[1];
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
                    if (request.path().equals("/other")) {
                        response.end("other");
                        return;
                    }
                    slow[0] = response;
                    source[0] = open(response, path);
                    source[0].pipe(response.setHeader("Content-Length", HUGE));
                });
                RawClient client = new RawClient(running.address, 4096);
                RawClient other = running.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.skip(MIB)).isEqualTo(MIB);
            for (int i = 0; i < 200; i++) {
                assertThat(other.get("/other").body()).isEqualTo("other");
                assertThat(running.call(() -> held(source[0], slow[0]))).isLessThanOrEqualTo(4 * CHUNK);
            }
            assertThat(running.call(() -> source[0].bytesRead())).isLessThan(HUGE);
            client.readToEnd(HUGE - MIB);
        }
    }

    /** The bytes of a file that a transfer keeps in the memory of this process. */
    private static long held(ReadStream source, ServerResponse response) {
        long queued = Objects.requireNonNull(
                        response.connection.channel.unsafe().outboundBuffer())
                .totalPendingWriteBytes();
        return source.readableLength() + queued;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_client_that_resets_closes_the_file(Transport transport) throws Exception {
        Path path = file(HUGE);
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
            ReadStream source = open(response, path);
            source.onClose(() -> events.add("source closed"));
            response.onFinish(() -> events.add("finish"));
            response.onClose(() -> events.add("response closed"));
            Pipeline.run(source, response, error -> events.add(String.valueOf(error)));
        })) {
            RawClient client = running.connect();
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.skip(2 * MIB)).isEqualTo(2 * MIB);
            assertThat(descriptors(path)).isEqualTo(1);
            client.reset();
            assertThat(List.of(running.take(events), running.take(events), running.take(events)))
                    .contains("source closed", "response closed")
                    .anyMatch(event -> event.contains("Premature close"));
            assertThat(descriptors(path)).isZero();
            assertThat(events).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_pipeline_that_is_given_up_closes_the_file_and_the_connection(Transport transport) throws Exception {
        Path path = file(HUGE);
        AbortController[] controller = new AbortController[1];
        try (RunningServer running = RunningServer.start(transport, (request, response) -> {
                    controller[0] = new AbortController(response.loop());
                    ReadStream source = open(response, path);
                    source.onClose(() -> events.add("source closed"));
                    Pipeline.from(source).signal(controller[0].signal()).into(response, error -> {});
                });
                RawClient client = running.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            assertThat(client.skip(2 * MIB)).isEqualTo(2 * MIB);
            running.run(() -> controller[0].abort());
            assertThat(running.take(events)).isEqualTo("source closed");
            assertThat(descriptors(path)).isZero();
            client.readToEnd();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void a_file_that_becomes_shorter_breaks_the_connection_and_says_so(Transport transport) throws Exception {
        ServerResponse[] slow = new ServerResponse[1];
        for (String framing : List.of("/length", "/chunked")) {
            Path path = file(HUGE);
            try (RunningServer running = RunningServer.start(transport, (request, response) -> {
                        ReadStream source = open(response, path);
                        slow[0] = response;
                        source.onClose(() -> events.add("source closed"));
                        if (request.path().equals("/length")) {
                            response.setHeader("Content-Length", HUGE);
                        }
                        response.onError(error -> events.add(String.valueOf(error.getMessage())));
                        Pipeline.run(source, response, error -> {});
                    });
                    RawClient client = new RawClient(running.address, 4096)) {
                client.send("GET " + framing + " HTTP/1.1\r\nHost: t\r\n\r\n");
                assertThat(client.skip(2 * MIB)).isEqualTo(2 * MIB);
                waitUntilStuck(running, slow[0]);
                try (FileChannel shorter = FileChannel.open(path, StandardOpenOption.WRITE)) {
                    shorter.truncate(1000);
                }
                assertThat(client.readToEnd(HUGE)).isLessThan(HUGE - 2 * MIB);
                assertThat(List.of(running.take(events), running.take(events)))
                        .contains("source closed")
                        .anyMatch(event -> event.startsWith("'" + path + "' has become shorter while it was sent: "
                                + "it has 1000 bytes, but those from "));
                assertThat(running.clientErrors).isEmpty();
            }
        }
    }

    /** Waits until the client takes no more: the same piece has been on its way for many turns. */
    private void waitUntilStuck(RunningServer running, ServerResponse response) throws Exception {
        long before = -1;
        for (int same = 0; same < 200; same++) {
            long now = running.call(() -> response.writableLength() == 0 ? -1 : sent.byReference.get());
            if (now < 0 || now != before) {
                same = 0;
            }
            before = now;
        }
    }

    @Test
    void a_body_longer_than_its_length_breaks_the_connection() throws Exception {
        Path path = file(3 * MIB);
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, path);
                    source.onClose(() -> events.add("source closed"));
                    Pipeline.run(
                            source,
                            response.setHeader("Content-Length", MIB / 2),
                            error -> events.add(String.valueOf(error)));
                });
                RawClient client = running.connect()) {
            client.send("GET / HTTP/1.1\r\nHost: t\r\n\r\n");
            client.readToEnd();
            assertThat(List.of(running.take(events), running.take(events)))
                    .contains("source closed")
                    .anyMatch(event -> event.contains("Content-Length is 524288, but the body has at least "));
            assertThat(descriptors(path)).isZero();
        }
    }

    @Test
    void a_directory_fails_before_the_head_is_sent() throws Exception {
        try (RunningServer running = RunningServer.start((request, response) -> {
                    ReadStream source = open(response, folder);
                    source.onError(error -> response.statusCode(500).end(((FsException) error).code()));
                    source.pipe(response);
                });
                RawClient client = running.connect()) {
            Response answer = client.get("/");
            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("EISDIR");
        }
    }

    @Test
    void a_file_without_a_length_of_its_own_is_read() throws Exception {
        Path path = Path.of("/proc/kallsyms");
        Assumptions.assumeTrue(Files.isReadable(path), "needs a long file of the kernel's");
        byte[] content = Files.readAllBytes(path);
        Assumptions.assumeTrue(content.length > 2 * CHUNK);
        try (RunningServer running = RunningServer.start(
                        (request, response) -> open(response, path).pipe(response));
                RawClient client = running.connect()) {
            assertThat(client.get("/").bytes()).hasSameSizeAs(content);
            assertThat(sent.regions.get()).isZero();
        }
    }
}
