package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.stream.Readable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/** Demand and cancellation from several threads at a time. */
class ForeignThreadsTest {

    private static final int THREADS = 4;

    private RunningLoop running;
    private ExecutorService threads;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
        threads = Executors.newFixedThreadPool(THREADS);
    }

    @AfterEach
    void end() {
        threads.shutdownNow();
        running.close();
    }

    /** Counts signals, and notices when two come at a time, out of order, or off the loop. */
    private final class Watch extends BaseSubscriber<Integer> {

        private final AtomicInteger inside = new AtomicInteger();
        final AtomicLong requested = new AtomicLong();
        final CompletableFuture<Integer> done = new CompletableFuture<>();
        volatile int seen;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {}

        @Override
        protected void hookOnNext(Integer number) {
            check(inside.incrementAndGet() == 1, "two signals at a time");
            check(running.loop.inEventLoop(), "off the loop");
            check(number == seen + 1, "out of order: " + number + " after " + seen);
            check(number <= requested.get(), "more than was asked for");
            seen = number;
            inside.decrementAndGet();
        }

        private void check(boolean holds, String otherwise) {
            if (!holds) {
                done.completeExceptionally(new AssertionError(otherwise));
            }
        }

        void ask(long n) {
            requested.addAndGet(n);
            request(n);
        }

        @Override
        protected void hookOnComplete() {
            done.complete(seen);
        }

        @Override
        protected void hookOnError(Throwable error) {
            done.completeExceptionally(error);
        }
    }

    private void together(Runnable... jobs) throws Exception {
        CyclicBarrier barrier = new CyclicBarrier(jobs.length);
        List<Future<?>> all = new ArrayList<>();
        for (Runnable job : jobs) {
            all.add(threads.submit(() -> {
                barrier.await();
                job.run();
                return null;
            }));
        }
        for (Future<?> each : all) {
            each.get(30, TimeUnit.SECONDS);
        }
    }

    private void nothingIsLeft() {
        assertThat(running.call(() -> running.loop.activeResources().toString()))
                .doesNotContain("Subscription");
    }

    private static Runnable[] times(int count, Runnable job) {
        return java.util.stream.Stream.generate(() -> job).limit(count).toArray(Runnable[]::new);
    }

    @Test
    void demandOfManyThreadsAddsUp() throws Exception {
        int each = 5_000;
        Watch watch = new Watch();
        Readable<Integer> source = running.call(() -> Readable.from(
                running.loop, IntStream.rangeClosed(1, THREADS * each).boxed().toList()));
        LoopFlux.from(source).subscribe(watch);
        together(times(THREADS, () -> {
            for (int i = 0; i < each; i++) {
                watch.ask(1);
            }
        }));
        assertThat(RunningLoop.await(watch.done)).isEqualTo(THREADS * each);
    }

    @RepeatedTest(50)
    void cancellingFromAnyThreadDestroysTheSourceOnce() throws Exception {
        CountingSource source = CountingSource.endless(running);
        Watch watch = new Watch();
        LoopFlux.from(source).subscribe(watch);
        CountDownLatch begun = new CountDownLatch(1);
        together(
                () -> {
                    watch.ask(1_000_000);
                    begun.countDown();
                },
                () -> watch.ask(3),
                watch::cancel,
                watch::cancel);
        running.aTurn();
        assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(source.freed).isTrue();
        int seen = watch.seen;
        running.aTurn();
        assertThat(watch.seen).as("after the cancellation").isEqualTo(seen);
        assertThat(watch.done).isNotDone();
        nothingIsLeft();
    }

    @RepeatedTest(50)
    void subscribingAndCancellingAtATime() throws Exception {
        CountingSource source = CountingSource.endless(running);
        Watch watch = new Watch();
        Flux<Integer> flux = LoopFlux.from(source);
        together(() -> flux.subscribe(watch), watch::cancel);
        running.aTurn();
        running.aTurn();
        // Cancelled before it was subscribed, the flux never was: the stream is still its owner's.
        running.run(source::destroy);
        nothingIsLeft();
    }

    @RepeatedTest(20)
    void elementsThatComeWhileTheSinkBreaksGoNowhere() throws Exception {
        Sink<Integer> sink = Sink.quick(running);
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(sink);
        Sinks.Many<Integer> source = Sinks.many().unicast().onBackpressureBuffer();
        source.asFlux().subscribe(subscriber);
        IllegalStateException broken = new IllegalStateException("broken");
        together(
                () -> {
                    for (int i = 0; i < 1_000; i++) {
                        source.tryEmitNext(i);
                    }
                },
                () -> running.run(() -> sink.destroy(broken)));
        CompletableFuture<Void> outcome = subscriber.completion().toFuture();
        assertThat(outcome).failsWithin(java.time.Duration.ofSeconds(30));
        running.aTurn();
        int written = running.call(sink.written::size);
        running.aTurn();
        assertThat(running.call(sink.written::size)).isEqualTo(written);
        assertThat(source.currentSubscriberCount()).isZero();
        nothingIsLeft();
    }
}
