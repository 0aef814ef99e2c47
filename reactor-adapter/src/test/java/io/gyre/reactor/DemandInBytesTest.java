package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.buffer.Buffer;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** {@code request(n)} as so many bytes. */
class DemandInBytesTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final int KIB = 1024;

    private RunningLoop running;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
    }

    @AfterEach
    void end() {
        running.close();
    }

    /** Bytes that count up, in buffers of one size. */
    private static final class Bytes extends AbstractReadable<Buffer> {

        private final int size;
        private int left;
        private byte next;
        volatile int produced;

        Bytes(RunningLoop running, int size, int count, StreamOptions<Buffer> options) {
            super(running.loop, options);
            this.size = size;
            left = count;
        }

        @Override
        protected void doRead(int n) {
            if (left == 0) {
                pushEnd();
                return;
            }
            left--;
            byte[] chunk = new byte[size];
            for (int i = 0; i < size; i++) {
                chunk[i] = next++;
            }
            produced = produced + size;
            push(Buffer.wrap(chunk));
        }
    }

    private Flux<Buffer> bytes(int size, int count) {
        return LoopFlux.from(
                running.call(() -> new Bytes(running, size, count, StreamOptions.bytes())), Demand.bytes());
    }

    private static void counted(List<Buffer> chunks, int total) {
        byte[] all = Buffer.concat(chunks).toByteArray();
        assertThat(all).hasSize(total);
        for (int i = 0; i < total; i++) {
            assertThat(all[i]).isEqualTo((byte) i);
        }
    }

    @Test
    void aStreamThatIsOpenedForEachSubscriberCountsBytesToo() {
        Flux<Integer> lengths = LoopFlux.defer(
                        running.loop, () -> new Bytes(running, 100, 3, StreamOptions.bytes()), Demand.bytes())
                .map(Buffer::length);
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(lengths, 0)
                    .thenRequest(30)
                    .expectNext(30)
                    .thenRequest(Long.MAX_VALUE)
                    .thenConsumeWhile(length -> true)
                    .expectComplete()
                    .verify(LONG);
        }
    }

    @Test
    void soManyBytesAsAreAskedForAndNoMore() {
        StepVerifier.create(bytes(100, 3).map(Buffer::length), 0)
                .thenRequest(30)
                .expectNext(30)
                .thenRequest(1)
                .expectNext(1)
                .then(running::aTurn)
                .thenRequest(200)
                .expectNext(200)
                .thenRequest(1000)
                .expectNext(69)
                .expectComplete()
                .verify(LONG);
    }

    /** Asks for so many bytes, and again when it has them. */
    private static final class Steps extends BaseSubscriber<Buffer> {

        private final int step;
        private int missing;
        final List<Buffer> chunks = new ArrayList<>();
        final CompletableFuture<List<Buffer>> all = new CompletableFuture<>();

        Steps(int step) {
            this.step = step;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            missing = step;
            request(step);
        }

        @Override
        protected void hookOnNext(Buffer chunk) {
            chunks.add(chunk);
            missing -= chunk.length();
            if (missing < 0) {
                all.completeExceptionally(new AssertionError("too many: " + -missing));
            } else if (missing == 0) {
                missing = step;
                request(step);
            }
        }

        @Override
        protected void hookOnComplete() {
            all.complete(chunks);
        }
    }

    @Test
    void nothingIsLostWhereverItIsCut() {
        for (int step : new int[] {1, 7, 100, 101, 5000}) {
            Steps steps = new Steps(step);
            bytes(100, 20).subscribe(steps);
            counted(RunningLoop.await(steps.all), 2000);
        }
    }

    @Test
    void theEndComesWithoutFurtherDemand() {
        StepVerifier.create(bytes(10, 1).map(Buffer::length), 10)
                .expectNext(10)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(bytes(10, 0), 0).expectComplete().verify(LONG);
    }

    @Test
    void buffersThatAreObjectsStayWholeAndCountAgainstWhatIsAskedNext() {
        StreamOptions<Buffer> objects = StreamOptions.objects();
        Readable<Buffer> source = running.call(() -> new Bytes(running, 100, 5, objects));
        StepVerifier.create(LoopFlux.from(source, Demand.bytes()).map(Buffer::length), 0)
                .thenRequest(1)
                .expectNext(100)
                .thenRequest(99)
                .then(running::aTurn)
                .thenRequest(1)
                .expectNext(100)
                .thenRequest(99 + 200)
                .expectNext(100, 100)
                .thenRequest(1)
                .expectNext(100)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aSinkAsksForTheBytesOfItsHighWaterMarkAndAgainAtThreeQuarters() {
        Sink<Buffer> sink = running.call(
                () -> new Sink<>(running.loop, StreamOptions.bytes().highWaterMark(16 * KIB), true));
        List<Long> requests = Collections.synchronizedList(new ArrayList<>());
        Flux<Buffer> source = LoopFlux.from(
                running.call(() ->
                        new Bytes(running, 4 * KIB, 100, StreamOptions.bytes().highWaterMark(4 * KIB))),
                Demand.bytes());
        WritableSubscriber<Buffer> subscriber = LoopSubscribers.into(sink, Demand.bytes());
        source.doOnRequest(requests::add).subscribe(subscriber);
        running.aTurn();
        assertThat(requests).containsExactly(16L * KIB);
        assertThat(running.call(sink::writableLength)).isEqualTo(16 * KIB);
        int written = 0;
        while (written < 12 * KIB) {
            assertThat(requests).hasSize(1);
            written +=
                    running.call(() -> sink.written.get(sink.written.size() - 1).length());
            sink.take(running);
        }
        assertThat(requests).containsExactly(16L * KIB, (long) written);
        while (!running.call(sink.pending::isEmpty)) {
            sink.take(running);
            assertThat(running.call(sink::writableLength)).isLessThanOrEqualTo(16 * KIB);
        }
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        counted(sink.written, 400 * KIB);
    }

    @Test
    void fromByteStreamToByteStreamNoMoreIsHeldThanBothMarksAndAChunk() {
        Bytes source = running.call(
                () -> new Bytes(running, 1000, 200, StreamOptions.bytes().highWaterMark(3000)));
        Sink<Buffer> sink = running.call(
                () -> new Sink<>(running.loop, StreamOptions.bytes().highWaterMark(5000), true));
        WritableSubscriber<Buffer> subscriber = LoopSubscribers.into(sink, Demand.bytes());
        LoopFlux.from(source, Demand.bytes()).map(buffer -> buffer).subscribe(subscriber);
        running.aTurn();
        long taken = 0;
        while (!running.call(sink.pending::isEmpty)) {
            long held = source.produced - taken;
            assertThat(held).isLessThanOrEqualTo(3000 + 5000 + 1000);
            taken +=
                    running.call(() -> sink.written.get(sink.written.size() - 1).length());
            sink.take(running);
        }
        StepVerifier.create(subscriber.completion()).expectComplete().verify(LONG);
        counted(sink.written, 200_000);
    }

    @Test
    void aStreamOfAPublisherAsksForTheBytesItHasRoomFor() {
        List<Long> requests = Collections.synchronizedList(new ArrayList<>());
        Publisher<Buffer> publisher = bytes(500, 40).doOnRequest(requests::add);
        Readable<Buffer> source = running.call(() -> LoopFlux.toReadable(
                running.loop, publisher, StreamOptions.bytes().highWaterMark(2000), Demand.bytes()));
        running.call(() -> source.read(1));
        running.aTurn();
        assertThat(requests.get(0)).isEqualTo(2000L);
        List<Buffer> rest = LoopFlux.from(source)
                .doOnNext(chunk -> assertThat(source.readableLength()).isLessThanOrEqualTo(2000))
                .collectList()
                .block(LONG);
        assertThat(rest.stream().mapToInt(Buffer::length).sum()).isBetween(19_999, 20_000);
    }

    @Test
    void aWindowOfSoManyBytes() {
        List<Long> requests = Collections.synchronizedList(new ArrayList<>());
        Sink<Buffer> sink = running.call(() -> new Sink<>(running.loop, StreamOptions.bytes(), true));
        bytes(10, 10)
                .doOnRequest(requests::add)
                .subscribe(LoopSubscribers.into(sink, Demand.bytes().window(25)));
        running.aTurn();
        assertThat(requests).containsExactly(25L);
        assertThat(running.call(sink::writableLength)).isEqualTo(25);
    }

    @Test
    void aWindowHoldsSomething() {
        assertThatThrownBy(() -> Demand.bytes().window(0)).hasMessageContaining("at least one byte");
        assertThatThrownBy(() -> Demand.chunks().window(-1)).hasMessageContaining("at least one chunk");
        assertThat(Demand.bytes().window(3)).hasToString("demand in bytes, at most 3");
        assertThat(Demand.chunks()).hasToString("demand in chunks");
    }

    @Test
    void whatHasNoBytesCountsOne() {
        Readable<Integer> source = running.call(() ->
                Readable.from(running.loop, IntStream.rangeClosed(1, 5).boxed().toList()));
        StepVerifier.create(LoopFlux.from(source, Demand.bytes()), 0)
                .thenRequest(2)
                .expectNext(1, 2)
                .thenRequest(3)
                .expectNext(3, 4, 5)
                .expectComplete()
                .verify(LONG);
    }
}
