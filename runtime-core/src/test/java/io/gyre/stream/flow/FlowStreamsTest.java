package io.gyre.stream.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.stream.Readable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FlowStreamsTest {

    private static final int HIGH_WATER_MARK = 4;

    private FlowLoop running;

    @BeforeEach
    void start() {
        running = FlowLoop.start();
    }

    @AfterEach
    void end() {
        running.close();
    }

    @Test
    void aPublisherDeliversAllOnTheLoopsThread() {
        Collector<Long> collector = new Collector<>(Long.MAX_VALUE);
        FlowStreams.publisher(running.counting(1_000, number -> number)).subscribe(collector);
        assertThat(FlowLoop.await(collector.outcome)).isTrue();
        assertThat(collector.seen)
                .containsExactlyElementsOf(LongStream.range(0, 1_000).boxed().toList());
        assertThat(collector.threads).containsOnly("the-loop");
    }

    @Test
    void noMoreThanTheHighWaterMarkIsReadAhead() {
        FlowLoop.Source source = running.call(() -> new FlowLoop.Source(running.loop, HIGH_WATER_MARK, null));
        Collector<Integer> collector = new Collector<>(0);
        FlowStreams.publisher(source).subscribe(collector);
        for (int i = 0; i < 20; i++) {
            running.aTurn();
        }
        assertThat(source.produced).isBetween(1, HIGH_WATER_MARK);
        assertThat(collector.seen).isEmpty();
        collector.subscription().request(3);
        for (int i = 0; i < 20; i++) {
            running.aTurn();
        }
        assertThat(collector.seen).containsExactly(1, 2, 3);
        assertThat(source.produced).isBetween(4, 3 + HIGH_WATER_MARK);
        collector.subscription().cancel();
        running.aTurn();
        assertThat(source.freed).isTrue();
    }

    @Test
    void demandOfManyThreadsAddsUp() throws InterruptedException {
        Collector<Long> collector = new Collector<>(0);
        FlowStreams.publisher(running.counting(100_000, number -> number)).subscribe(collector);
        Flow.Subscription subscription = collector.subscription();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread asking = new Thread(() -> {
                for (int n = 0; n < 1_000; n++) {
                    subscription.request(5);
                }
            });
            asking.start();
            threads.add(asking);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long giveUp = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(FlowLoop.TIMEOUT_MILLIS);
        while (collector.seen.size() < 20_000 && System.nanoTime() < giveUp) {
            running.aTurn();
        }
        running.aTurn();
        assertThat(new ArrayList<>(collector.seen)).hasSize(20_000).isSorted();
        subscription.cancel();
    }

    @Test
    void theErrorOfAStreamArrivesAsItIs() {
        IOException failure = new IOException("the disk is gone", new IllegalStateException("head crash"));
        FlowLoop.Source source = running.call(() -> new FlowLoop.Source(running.loop, HIGH_WATER_MARK, failure));
        Collector<Integer> collector = new Collector<>(Long.MAX_VALUE);
        FlowStreams.publisher(source).subscribe(collector);
        assertThatThrownBy(() -> collector.outcome.get(30, TimeUnit.SECONDS))
                .cause()
                .isSameAs(failure);
    }

    @Test
    void aSecondSubscriberIsRefused() {
        Flow.Publisher<Long> publisher = FlowStreams.publisher(running.counting(1, number -> number));
        publisher.subscribe(new Collector<>(Long.MAX_VALUE));
        Collector<Long> second = new Collector<>(Long.MAX_VALUE);
        publisher.subscribe(second);
        assertThatThrownBy(() -> second.outcome.get(30, TimeUnit.SECONDS))
                .cause()
                .hasMessage("a stream's publisher allows one subscriber only");
    }

    @Test
    void aLoopThatEndsIsAnErrorForTheSubscriber() {
        FlowLoop.Source source = running.call(() -> new FlowLoop.Source(running.loop, HIGH_WATER_MARK, null));
        Collector<Integer> collector = new Collector<>(0);
        FlowStreams.publisher(source).subscribe(collector);
        collector.subscription();
        running.close();
        assertThatThrownBy(() -> collector.outcome.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(RejectedExecutionException.class);
        Collector<Integer> late = new Collector<>(0);
        FlowStreams.publisher(source).subscribe(late);
        assertThatThrownBy(() -> late.outcome.get(30, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aSubscriberWritesWhatOtherThreadsPublish() throws Exception {
        FlowLoop.Sink<Integer> sink = running.sink(16, false);
        WritableSubscriber<Integer> subscriber = FlowStreams.subscriber(sink);
        try (SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>()) {
            publisher.subscribe(subscriber);
            IntStream.range(0, 50_000).forEach(publisher::submit);
        }
        subscriber.completion().toCompletableFuture().get(30, TimeUnit.SECONDS);
        assertThat(running.call(() -> sink.written))
                .isEqualTo(IntStream.range(0, 50_000).boxed().toList());
    }

    @Test
    void aSubscriberAsksAgainAtLowTide() {
        FlowLoop.Sink<Integer> sink = running.sink(HIGH_WATER_MARK, true);
        WritableSubscriber<Integer> subscriber =
                FlowStreams.subscriber(sink, FlowDemand.chunks().window(4));
        List<Long> asked = Collections.synchronizedList(new ArrayList<>());
        subscriber.onSubscribe(subscription(asked, new AtomicLong()));
        running.aTurn();
        assertThat(asked).containsExactly(4L);
        for (int i = 0; i < 4; i++) {
            subscriber.onNext(i);
        }
        take(sink, 2);
        assertThat(asked).containsExactly(4L);
        take(sink, 1);
        assertThat(asked).containsExactly(4L, 3L);
    }

    @Test
    void aSinkThatBreaksCancelsItsPublisher() {
        FlowLoop.Sink<Integer> sink = running.sink(HIGH_WATER_MARK, true);
        List<Integer> dropped = Collections.synchronizedList(new ArrayList<>());
        WritableSubscriber<Integer> subscriber = FlowStreams.subscriber(sink, FlowDemand.chunks(), dropped::add);
        AtomicLong cancelled = new AtomicLong();
        subscriber.onSubscribe(subscription(new ArrayList<>(), cancelled));
        IOException failure = new IOException("no space");
        running.call(() -> {
            sink.destroy(failure);
            return true;
        });
        assertThatThrownBy(() -> subscriber.completion().toCompletableFuture().get(30, TimeUnit.SECONDS))
                .cause()
                .isSameAs(failure);
        subscriber.onNext(1);
        running.aTurn();
        assertThat(cancelled).hasValue(1);
        assertThat(dropped).containsExactly(1);
    }

    @Test
    void aStreamOfAPublisherAsksForNoMoreThanItHolds() {
        List<Long> asked = Collections.synchronizedList(new ArrayList<>());
        AtomicLong cancelled = new AtomicLong();
        CompletableFuture<Flow.Subscriber<? super Integer>> subscribed = new CompletableFuture<>();
        Flow.Publisher<Integer> publisher = subscribed::complete;
        List<Integer> read = new ArrayList<>();
        Readable<Integer> stream = running.call(() -> {
            Readable<Integer> made = FlowStreams.readable(running.loop, publisher);
            made.onReadable(() -> {});
            return made;
        });
        Flow.Subscriber<? super Integer> subscriber = FlowLoop.await(subscribed);
        subscriber.onSubscribe(subscription(asked, cancelled));
        running.aTurn();
        long before = asked.stream().mapToLong(Long::longValue).sum();
        for (int i = 0; i < before; i++) {
            subscriber.onNext(i);
        }
        running.aTurn();
        long all = asked.stream().mapToLong(Long::longValue).sum();
        assertThat(all).isLessThanOrEqualTo(16 + 1);
        running.call(() -> {
            read.add(stream.read());
            stream.destroy();
            return true;
        });
        running.aTurn();
        assertThat(read).containsExactly(0);
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void thereAndBackAgain() {
        Collector<Long> collector = new Collector<>(Long.MAX_VALUE);
        Readable<Long> there = running.counting(10_000, number -> number);
        Readable<Long> back = running.call(() -> FlowStreams.readable(running.loop, FlowStreams.publisher(there)));
        FlowStreams.publisher(back).subscribe(collector);
        assertThat(FlowLoop.await(collector.outcome)).isTrue();
        assertThat(new ArrayList<>(collector.seen)).hasSize(10_000).isSorted();
    }

    private void take(FlowLoop.Sink<Integer> sink, int chunks) {
        for (int i = 0; i < chunks; i++) {
            running.call(() -> {
                sink.pending.remove().done();
                return true;
            });
            running.aTurn();
        }
    }

    private static Flow.Subscription subscription(List<Long> asked, AtomicLong cancelled) {
        return new Flow.Subscription() {

            @Override
            public void request(long n) {
                asked.add(n);
            }

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        };
    }

    /** Asks once and remembers what it is told. */
    private static final class Collector<T> implements Flow.Subscriber<T> {

        final ConcurrentLinkedQueue<T> seen = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<String> threads = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        private final CompletableFuture<Flow.Subscription> subscribed = new CompletableFuture<>();
        private final long first;

        Collector(long first) {
            this.first = first;
        }

        Flow.Subscription subscription() {
            return FlowLoop.await(subscribed);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscribed.complete(subscription);
            if (first > 0) {
                subscription.request(first);
            }
        }

        @Override
        public void onNext(T element) {
            threads.add(Thread.currentThread().getName());
            seen.add(element);
        }

        @Override
        public void onError(@Nullable Throwable error) {
            outcome.completeExceptionally(error);
        }

        @Override
        public void onComplete() {
            outcome.complete(true);
        }
    }
}
