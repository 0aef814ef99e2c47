package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** A promise as a mono. */
class LoopMonoTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final RunningLoop running = RunningLoop.watched();

    @AfterEach
    void end() {
        running.close();
    }

    private <T> Mono<T> onLoop(Mono<T> mono) {
        return mono.doOnEach(signal ->
                assertThat(running.loop.inEventLoop()).as("%s", signal).isTrue());
    }

    @Test
    void aValueAnErrorAndNothing() {
        IOException broken = new IOException("broken");
        Promise<Integer> value = running.call(() -> Promise.resolve(running.loop, 7));
        StepVerifier.create(onLoop(LoopMono.from(value)))
                .expectNext(7)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(LoopMono.<Integer>from(value))
                .as("again")
                .expectNext(7)
                .expectComplete()
                .verify(LONG);
        StepVerifier.create(onLoop(LoopMono.defer(running.loop, () -> Promise.reject(broken))))
                .expectErrorSatisfies(error -> assertThat(error).isSameAs(broken))
                .verify(LONG);
        StepVerifier.create(onLoop(LoopMono.<Integer>defer(running.loop, () -> Promise.resolve((Integer) null))))
                .expectComplete()
                .verify(LONG);
        running.aTurn();
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void aPromiseThatSettlesLater() {
        Resolvers<String> resolvers = running.call(() -> Promise.withResolvers(running.loop));
        StepVerifier.create(onLoop(LoopMono.from(resolvers.promise())))
                .then(() -> running.run(() -> resolvers.resolve("late")))
                .expectNext("late")
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aValueThatComesWhenAnotherThreadHasJustCancelledIsDiscarded() {
        Resolvers<String> resolvers = running.call(() -> Promise.withResolvers(running.loop));
        List<String> discarded = new CopyOnWriteArrayList<>();
        Disposable subscription = LoopMono.from(resolvers.promise())
                .doOnDiscard(String.class, discarded::add)
                .subscribe();
        running.aTurn();

        running.run(() -> {
            resolvers.resolve("too late");
            // The loop hears of it by a post, after the reaction of the promise.
            CompletableFuture.runAsync(subscription::dispose).join();
        });
        running.aTurn();

        assertThat(discarded).containsExactly("too late");
    }

    @Test
    void whatComesAfterTheCancellationIsDiscardedOrDropped() {
        List<Object> discarded = new CopyOnWriteArrayList<>();
        List<Throwable> dropped = new CopyOnWriteArrayList<>();
        for (Consumer<Resolvers<String>> outcome : List.<Consumer<Resolvers<String>>>of(
                promise -> promise.resolve("too late"),
                promise -> promise.reject(new IOException("too late as well")),
                promise -> promise.reject(new CancellationException("given up")))) {
            Resolvers<String> resolvers = running.call(() -> Promise.withResolvers(running.loop));
            Disposable subscription = LoopMono.from(resolvers.promise())
                    .doOnDiscard(String.class, discarded::add)
                    .contextWrite(Context.of("reactor.onErrorDropped.local", (Consumer<Throwable>) dropped::add))
                    .subscribe();
            running.aTurn();
            subscription.dispose();
            running.aTurn();
            running.run(() -> outcome.accept(resolvers));
            running.aTurn();
        }
        assertThat(discarded).containsExactly("too late");
        assertThat(dropped).singleElement().satisfies(error -> assertThat(error)
                .isInstanceOf(IOException.class)
                .hasMessage("too late as well"));
    }

    @Test
    void aSubscriberThatAsksForNothingGivesTheOperationUp() {
        CompletableFuture<Throwable> reason = new CompletableFuture<>();
        CompletableFuture<Throwable> told = new CompletableFuture<>();
        LoopMono.<String>abortable(running.loop, signal -> {
                    signal.onAbort(reason::complete);
                    return Promise.<String>withResolvers(running.loop).promise();
                })
                .subscribe(new BaseSubscriber<>() {

                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        // Past BaseSubscriber, which checks it itself, and when the operation has begun.
                        running.loop.execute(() -> subscription.request(0));
                    }

                    @Override
                    protected void hookOnError(Throwable error) {
                        told.complete(error);
                    }
                });
        assertThat(RunningLoop.await(told)).hasMessageContaining("3.9");
        assertThat(RunningLoop.await(reason)).isSameAs(RunningLoop.await(told));
    }

    @Test
    void aValueWaitsUntilItIsAskedFor() {
        Mono<String> mono = LoopMono.from(running.call(() -> Promise.resolve(running.loop, "value")));
        StepVerifier.create(onLoop(mono), 0)
                .expectSubscription()
                .then(running::aTurn)
                .thenRequest(1)
                .expectNext("value")
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void aCancelledMonoIsNotTold() {
        Resolvers<String> resolvers = running.call(() -> Promise.withResolvers(running.loop));
        AtomicInteger told = new AtomicInteger();
        Disposable subscription = LoopMono.from(resolvers.promise())
                .subscribe(value -> told.incrementAndGet(), error -> told.incrementAndGet());
        running.aTurn();
        subscription.dispose();
        running.run(() -> resolvers.reject(new IOException("nobody hears of it")));
        running.aTurn();
        assertThat(told).hasValue(0);
        assertThat(running.uncaught).isEmpty();
    }

    @Test
    void eachSubscriberStartsADeferredOperation() {
        AtomicInteger calls = new AtomicInteger();
        Mono<Integer> mono = LoopMono.defer(running.loop, () -> {
            assertThat(EventLoop.current()).isSameAs(running.loop);
            return Promise.resolve(calls.incrementAndGet());
        });
        assertThat(calls).hasValue(0);
        assertThat(mono.block(LONG)).isEqualTo(1);
        assertThat(mono.block(LONG)).isEqualTo(2);
        CompletableFuture<Integer> third = new CompletableFuture<>();
        running.run(() -> mono.subscribe(third::complete));
        assertThat(RunningLoop.await(third)).isEqualTo(3);
    }

    @Test
    void whatADeferredOperationThrowsIsTheError() {
        StepVerifier.create(LoopMono.defer(running.loop, () -> {
                    throw new IOException("no such file");
                }))
                .expectErrorMessage("no such file")
                .verify(LONG);
    }

    @Test
    void aLoopThatHasEndedIsAnError() {
        RunningLoop other = RunningLoop.start();
        other.close();
        StepVerifier.create(LoopMono.defer(other.loop, () -> Promise.resolve(1)))
                .expectError(RejectedExecutionException.class)
                .verify(LONG);
    }
}
