package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.buffer.Buffer;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.stream.DuplexOptions;
import io.gyre.stream.FinishedOptions;
import io.gyre.stream.PassThrough;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Readable;
import io.gyre.work.WorkerPool;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Operations of the core as monos: what they give, and what cancelling does to them. */
class LoopOperationsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private RunningLoop running;

    @BeforeEach
    void start() {
        running = RunningLoop.start();
    }

    @AfterEach
    void end() {
        running.close();
    }

    @Test
    void cancellingAbortsTheSignalOfAnOperation() {
        CompletableFuture<Throwable> reason = new CompletableFuture<>();
        CompletableFuture<Void> started = new CompletableFuture<>();
        Disposable subscription = LoopMono.<String>abortable(running.loop, signal -> {
                    signal.onAbort(reason::complete);
                    started.complete(null);
                    return Promise.<String>withResolvers(running.loop).promise();
                })
                .subscribe();
        RunningLoop.await(started);
        assertThat(reason).isNotDone();
        subscription.dispose();
        assertThat(RunningLoop.await(reason)).isInstanceOf(CancellationException.class);
    }

    @Test
    void anOperationThatWasToldIsNotAborted() {
        AtomicInteger aborted = new AtomicInteger();
        StepVerifier.create(LoopMono.<String>abortable(running.loop, signal -> {
                    signal.onAbort(reason -> aborted.incrementAndGet());
                    return Promise.resolve(running.loop, "told");
                }))
                .expectNext("told")
                .expectComplete()
                .verify(LONG);
        running.aTurn();
        assertThat(aborted).hasValue(0);
    }

    @Test
    void aValueThatNobodyTookIsGivenUp() {
        CompletableFuture<Throwable> reason = new CompletableFuture<>();
        Resolvers<String> outcome = running.call(() -> Promise.withResolvers(running.loop));
        StepVerifier.create(
                        LoopMono.<String>abortable(running.loop, signal -> {
                            signal.onAbort(reason::complete);
                            return outcome.promise();
                        }),
                        0)
                .expectSubscription()
                .then(() -> running.run(() -> outcome.resolve("there")))
                .then(running::aTurn)
                .thenCancel()
                .verify(LONG);
        RunningLoop.await(reason);
    }

    @Test
    void eachSubscriberHasASignalOfItsOwn() {
        java.util.Set<AbortSignal> signals = java.util.concurrent.ConcurrentHashMap.newKeySet();
        Mono<Integer> operation = LoopMono.abortable(running.loop, signal -> {
            signals.add(signal);
            return Promise.resolve(running.loop, 1);
        });
        operation.repeat(2).blockLast(LONG);
        assertThat(signals).hasSize(3);
    }

    @Test
    void aBlockingJobRunsOnAWorkerAndTellsOnTheLoop() {
        StepVerifier.create(LoopMono.blocking(
                                running.loop, () -> Thread.currentThread().getName())
                        .map(name -> name + " " + running.loop.inEventLoop()))
                .assertNext(text -> assertThat(text).startsWith("gyre-worker").endsWith("true"))
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(LoopMono.<@Nullable Object>blocking(running.loop, () -> null))
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(LoopMono.blocking(running.loop, () -> {
                    throw new IOException("broken");
                }))
                .expectErrorMessage("broken")
                .verify(LONG);
    }

    @Test
    void theResultOfABlockingJobThatRanWhenItWasCancelledIsDiscarded() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        CompletableFuture<StringReader> discarded = new CompletableFuture<>();
        try (WorkerPool pool = WorkerPool.create(1)) {
            StringReader resource = new StringReader("to be closed");
            Disposable subscription = LoopMono.blocking(running.loop, pool, WorkerPool.Kind.CPU, "opens", () -> {
                        begun.countDown();
                        LoopSchedulerTest.awaitUninterrupted(busy);
                        return resource;
                    })
                    .doOnDiscard(StringReader.class, discarded::complete)
                    .subscribe();
            begun.await();
            subscription.dispose();
            running.aTurn();
            busy.countDown();
            assertThat(RunningLoop.await(discarded)).isSameAs(resource);
        }
    }

    @Test
    void theResultOfABlockingJobThatTheLoopDidNotLiveToSeeIsClosed() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch busy = new CountDownLatch(1);
        CompletableFuture<String> closed = new CompletableFuture<>();
        try (WorkerPool pool = WorkerPool.create(1)) {
            AutoCloseable resource = () -> closed.complete("closed");
            CompletableFuture<AutoCloseable> result = LoopMono.<AutoCloseable>blocking(
                            running.loop, pool, WorkerPool.Kind.CPU, "opens", () -> {
                                begun.countDown();
                                LoopSchedulerTest.awaitUninterrupted(busy);
                                return resource;
                            })
                    .toFuture();
            begun.await();
            running.close();
            assertThat(result).isCompletedExceptionally();
            busy.countDown();
            assertThat(RunningLoop.await(closed)).isEqualTo("closed");
        }
    }

    @Test
    void aBlockingJobThatWaitsIsTakenBack() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        try (WorkerPool pool = WorkerPool.create(1)) {
            Mono<Integer> first = LoopMono.blocking(running.loop, pool, WorkerPool.Kind.CPU, "first", () -> {
                LoopSchedulerTest.awaitUninterrupted(busy);
                return 1;
            });
            CompletableFuture<Integer> result = first.toFuture();
            Disposable second = LoopMono.blocking(
                            running.loop, pool, WorkerPool.Kind.CPU, "second", ran::incrementAndGet)
                    .subscribe();
            running.aTurn();
            second.dispose();
            running.aTurn();
            busy.countDown();
            assertThat(RunningLoop.await(result)).isEqualTo(1);
            LoopMono.blocking(running.loop, pool, WorkerPool.Kind.CPU, "third", () -> 3)
                    .block(LONG);
        }
        assertThat(ran).hasValue(0);
    }

    @Test
    void aPipelineRunsAtSubscriptionAndIsGivenUpOnCancel() {
        PassThrough<String> sink = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        CompletableFuture<List<String>> read = new CompletableFuture<>();
        Mono<Void> pipeline = LoopMono.pipeline(
                running.loop, () -> Pipeline.from(Readable.from(running.loop, List.of("a", "b"))), sink);
        running.run(() -> assertThat(sink.isWritableEnded()).isFalse());
        LoopFlux.from(sink).collectList().subscribe(read::complete);
        StepVerifier.create(pipeline).expectComplete().verify(LONG);
        assertThat(RunningLoop.await(read)).containsExactly("a", "b");

        PassThrough<String> source = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        PassThrough<String> never = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        Disposable subscription = LoopMono.pipeline(running.loop, () -> Pipeline.from(source), never)
                .subscribe();
        CompletableFuture<Throwable> error = new CompletableFuture<>();
        running.run(() -> never.onError(error::complete));
        subscription.dispose();
        assertThat(RunningLoop.await(error)).isInstanceOf(AbortException.class);
        running.aTurn();
        running.run(() -> assertThat(source.isDestroyed()).isTrue());
    }

    @Test
    void finishedCompletesOrFailsAsTheStreamDoes() {
        PassThrough<Buffer> good = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.bytes()));
        StepVerifier.create(LoopMono.finished(good))
                .then(() -> running.run(() -> {
                    good.resume();
                    good.end(Buffer.utf8("all"));
                }))
                .expectComplete()
                .verify(LONG);
        PassThrough<Buffer> bad = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.bytes()));
        StepVerifier.create(LoopMono.finished(bad))
                .then(() -> running.run(() -> bad.destroy(new IOException("broken"))))
                .expectErrorMessage("broken")
                .verify(LONG);
    }

    @Test
    void finishedWatchesWhatItsOptionsName() {
        PassThrough<String> stream = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        CompletableFuture<Void> written = LoopMono.finished(
                        stream, FinishedOptions.defaults().readable(false))
                .toFuture();
        CompletableFuture<Void> both = LoopMono.finished(stream).toFuture();
        running.run(() -> {
            stream.write("unread");
            stream.end();
        });
        RunningLoop.await(written);
        running.aTurn();
        assertThat(both).isNotDone();
        both.cancel(false);
        running.run(stream::destroy);
    }

    @Test
    void writeGivesTheSubscribersContextToThePublisherAndEndsTheStream() {
        PassThrough<String> sink = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        CompletableFuture<List<String>> read = new CompletableFuture<>();
        LoopFlux.from(sink).collectList().subscribe(read::complete);
        Flux<String> words = Flux.deferContextual(context -> Flux.just("for", context.get("user")));
        StepVerifier.create(LoopMono.write(words.publishOn(Schedulers.parallel()), sink)
                        .contextWrite(context -> context.put("user", "ann")))
                .expectComplete()
                .verify(LONG);
        assertThat(RunningLoop.await(read)).containsExactly("for", "ann");
    }

    @Test
    void cancellingAWriteDestroysTheStreamAndCancelsThePublisher() {
        PassThrough<String> sink = running.call(() -> new PassThrough<>(running.loop, DuplexOptions.objects()));
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        CompletableFuture<Void> closed = new CompletableFuture<>();
        running.run(() -> sink.onClose(() -> closed.complete(null)));
        Disposable subscription = LoopMono.write(Flux.<String>never().doOnCancel(() -> cancelled.complete(null)), sink)
                .subscribe();
        running.aTurn();
        subscription.dispose();
        RunningLoop.await(closed);
        RunningLoop.await(cancelled);
    }
}
