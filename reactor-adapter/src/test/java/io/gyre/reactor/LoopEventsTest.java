package io.gyre.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.Registration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Listeners of the core as Flux and Mono. */
class LoopEventsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private RunningLoop running;

    /** Confined to the loop. */
    private final List<Consumer<String>> listeners = new ArrayList<>();

    @BeforeEach
    void start() {
        running = RunningLoop.start();
    }

    @AfterEach
    void end() {
        running.close();
    }

    private Registration add(Consumer<String> listener) {
        running.loop.checkThread("add");
        listeners.add(listener);
        return () -> {
            running.loop.checkThread("remove");
            listeners.remove(listener);
        };
    }

    private void happens(String event) {
        running.run(() -> List.copyOf(listeners).forEach(one -> one.accept(event)));
    }

    private int listening() {
        return running.call(listeners::size);
    }

    @Test
    void eventsComeOnTheLoopAndWaitUntilTheyAreAskedFor() {
        StepVerifier.create(
                        LoopFlux.events(running.loop, this::add)
                                .doOnNext(event ->
                                        assertThat(running.loop.inEventLoop()).isTrue()),
                        1)
                .then(() -> List.of("a", "b", "c").forEach(this::happens))
                .expectNext("a")
                .thenRequest(2)
                .expectNext("b", "c")
                .thenCancel()
                .verify(LONG);
        running.aTurn();
        assertThat(listening()).isZero();
    }

    @Test
    void eachSubscriberHasAListenerOfItsOwn() {
        Flux<String> events = LoopFlux.events(running.loop, this::add);
        assertThat(listening()).isZero();
        List<String> first = new CopyOnWriteArrayList<>();
        List<String> second = new CopyOnWriteArrayList<>();
        Disposable lasting = events.subscribe(first::add);
        events.take(1).subscribe(second::add);
        happens("a");
        happens("b");
        assertThat(first).containsExactly("a", "b");
        assertThat(second).containsExactly("a");
        assertThat(listening()).isEqualTo(1);
        lasting.dispose();
        running.aTurn();
        assertThat(listening()).isZero();
    }

    @Test
    void aMonoIsTheNextEvent() {
        CompletableFuture<String> next =
                LoopMono.<String>event(running.loop, this::add).toFuture();
        happens("a");
        assertThat(RunningLoop.await(next)).isEqualTo("a");
        assertThat(listening()).isZero();
    }

    @Test
    void anEventFromWithinTheRegistrationIsNotLostAndTheListenerIsRemoved() {
        StepVerifier.create(LoopMono.<String>event(running.loop, listener -> {
                    Registration added = add(listener);
                    listener.accept("at once");
                    return added;
                }))
                .expectNext("at once")
                .expectComplete()
                .verify(LONG);
        running.aTurn();
        assertThat(listening()).isZero();
    }

    @Test
    void aRegistrationThatFailsIsAnError() {
        StepVerifier.create(LoopFlux.<String>events(running.loop, listener -> {
                    throw new IllegalStateException("no");
                }))
                .expectErrorMessage("no")
                .verify(LONG);
    }

    @Test
    void whatASubscriberDoesWithinAnEventKeepsTheOrder() {
        List<String> seen = new CopyOnWriteArrayList<>();
        LoopFlux.events(running.loop, this::add).subscribe(event -> {
            if (event.equals("a")) {
                List.copyOf(listeners).forEach(one -> one.accept("b"));
            }
            seen.add(event);
        });
        happens("a");
        assertThat(seen).containsExactly("a", "b");
    }

    @Test
    void askingForNothingIsAnError() {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        LoopFlux.<String>events(running.loop, this::add).subscribe(new BaseSubscriber<>() {

            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                // Past BaseSubscriber, which checks it itself.
                subscription.request(-1);
            }

            @Override
            protected void hookOnError(Throwable error) {
                failure.complete(error);
            }
        });
        assertThat(RunningLoop.await(failure)).isInstanceOf(IllegalArgumentException.class);
        assertThat(listening()).isZero();
    }

    @Test
    void manyThreadsMayAskAndCancel() {
        for (int i = 0; i < 200; i++) {
            List<String> seen = new CopyOnWriteArrayList<>();
            BaseSubscriber<String> subscriber = new BaseSubscriber<>() {

                @Override
                protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}

                @Override
                protected void hookOnNext(String event) {
                    seen.add(event);
                }
            };
            LoopFlux.events(running.loop, this::add).subscribe(subscriber);
            running.aTurn();
            CompletableFuture<Void> asked = CompletableFuture.runAsync(() -> subscriber.request(1));
            happens("a");
            happens("b");
            RunningLoop.await(asked);
            running.aTurn();
            assertThat(seen).containsExactly("a");
            Schedulers.parallel().schedule(subscriber::cancel);
            while (listening() > 0) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void aLoopThatEndsSaysSoAndListenersDoNotKeepItAlive() {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        running.run(() -> LoopFlux.<String>events(running.loop, this::add).subscribe(event -> {}, failure::complete));
        running.loop.stop();
        assertThat(RunningLoop.await(failure)).isInstanceOf(RejectedExecutionException.class);
        StepVerifier.create(LoopFlux.<String>events(running.loop, this::add))
                .expectError(RejectedExecutionException.class)
                .verify(LONG);
    }

    @Test
    void aLoopThatEndsIsToldOfThoughEventsWaitAndTheyAreDiscarded() {
        List<String> discarded = new CopyOnWriteArrayList<>();
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        List<String> seen = new CopyOnWriteArrayList<>();
        BaseSubscriber<String> slow = new BaseSubscriber<>() {

            @Override
            protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {
                subscription.request(1);
            }

            @Override
            protected void hookOnNext(String event) {
                seen.add(event);
            }

            @Override
            protected void hookOnError(Throwable error) {
                failure.complete(error);
            }
        };
        LoopFlux.events(running.loop, this::add)
                .doOnDiscard(String.class, discarded::add)
                .subscribe(slow);
        List.of("a", "b", "c").forEach(this::happens);
        running.loop.stop();
        assertThat(RunningLoop.await(failure)).isInstanceOf(RejectedExecutionException.class);
        assertThat(seen).containsExactly("a");
        assertThat(discarded).containsExactly("b", "c");
    }

    @Test
    void whatWaitsForACancelledSubscriberIsDiscarded() {
        List<String> discarded = new CopyOnWriteArrayList<>();
        StepVerifier.create(LoopFlux.events(running.loop, this::add).doOnDiscard(String.class, discarded::add), 0)
                .then(() -> List.of("a", "b").forEach(this::happens))
                .thenCancel()
                .verify(LONG);
        running.aTurn();
        assertThat(discarded).containsExactly("a", "b");
    }
}
