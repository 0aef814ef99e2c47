package io.gyre.promise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.loop.EventLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What handlers are given, what becomes of what they throw, and who may call. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PromiseTest {

    private interface Program {
        Promise<?> run(EventLoop loop) throws Exception;
    }

    /** Runs a program on a loop until it ends by itself, and returns how the program's promise settled. */
    private static Settled<?> outcomeOf(Program program) {
        AtomicReference<@Nullable Settled<?>> outcome = new AtomicReference<>();
        Steps.run((loop, steps) -> {
            program.run(loop)
                    .await(
                            value -> outcome.set(new Settled.Fulfilled<@Nullable Object>(value)),
                            reason -> outcome.set(new Settled.Rejected<>(reason)));
            steps.finish(1);
        });
        Settled<?> settled = outcome.get();
        if (settled == null) {
            throw new AssertionError("the promise is still pending");
        }
        return settled;
    }

    private static @Nullable Object valueOf(Program program) {
        Settled<?> outcome = outcomeOf(program);
        if (outcome instanceof Settled.Fulfilled<?> fulfilled) {
            return fulfilled.value();
        }
        throw new AssertionError(outcome);
    }

    private static Throwable reasonOf(Program program) {
        Settled<?> outcome = outcomeOf(program);
        if (outcome instanceof Settled.Rejected<?> rejected) {
            return rejected.reason();
        }
        throw new AssertionError(outcome);
    }

    // ---- values and reasons

    @Test
    void thenMakesAValueOfAValue() {
        assertThat(valueOf(loop -> Promise.resolve(20).then(v -> v + 1).then(v -> "" + v)))
                .isEqualTo("21");
    }

    @Test
    void nullIsAValue() {
        assertThat(valueOf(loop -> Promise.resolve((Object) null))).isNull();
        assertThat(valueOf(loop -> Promise.resolve(null))).isNull();
    }

    @Test
    void whatAHandlerThrowsRejectsWhatFollows() {
        Exception checked = new IOException("disk");
        AssertionError error = new AssertionError("bug");
        assertThat(reasonOf(loop -> Promise.resolve(1).then(v -> {
                    throw checked;
                })))
                .isSameAs(checked);
        assertThat(reasonOf(loop -> Promise.resolve(1).thenAccept(v -> {
                    throw error;
                })))
                .isSameAs(error);
        assertThat(reasonOf(loop -> Promise.resolve(1).thenCompose(v -> {
                    throw checked;
                })))
                .isSameAs(checked);
        assertThat(reasonOf(loop -> Promise.reject(error).catchError(e -> {
                    throw checked;
                })))
                .isSameAs(checked);
    }

    @Test
    void aReasonPassesHandlersOfValues() {
        Exception reason = new Exception("why");
        assertThat(reasonOf(loop -> Promise.<Integer>reject(reason)
                        .then(v -> v + 1)
                        .thenAccept(v -> {})
                        .thenCompose(v -> Promise.resolve(1))
                        .catchCompose(e -> Promise.reject(e))))
                .isSameAs(reason);
    }

    @Test
    void aValuePassesHandlersOfReasons() {
        assertThat(valueOf(loop -> Promise.resolve(1).catchError(e -> 2).catchCompose(e -> Promise.resolve(3))))
                .isEqualTo(1);
    }

    @Test
    void catchErrorMakesAValueOfAReason() {
        assertThat(valueOf(loop -> Promise.<String>reject(new Exception("why")).catchError(Throwable::getMessage)))
                .isEqualTo("why");
        assertThat(valueOf(loop -> Promise.<String>reject(new Exception("why"))
                        .catchCompose(e -> Promise.resolve(e.getMessage()))))
                .isEqualTo("why");
    }

    @Test
    void thenCallsOneOfTwoHandlers() {
        assertThat(valueOf(loop -> Promise.resolve(1).then(v -> "value", e -> "reason")))
                .isEqualTo("value");
        assertThat(valueOf(loop -> Promise.reject(new Exception()).then(v -> "value", e -> "reason")))
                .isEqualTo("reason");
        assertThat(reasonOf(loop -> Promise.resolve(1)
                        .then(
                                v -> {
                                    throw new IOException("not for its sibling");
                                },
                                e -> "sibling")))
                .hasMessage("not for its sibling");
    }

    @Test
    void finallyPassesTheOutcomeOn() {
        Exception reason = new Exception("why");
        assertThat(valueOf(loop -> Promise.resolve(1).finallyDo(() -> {}))).isEqualTo(1);
        assertThat(reasonOf(loop -> Promise.reject(reason).finallyDo(() -> {}))).isSameAs(reason);
    }

    @Test
    void finallyReplacesTheOutcomeByItsOwnFailure() {
        assertThat(reasonOf(loop -> Promise.reject(new Exception("first")).finallyDo(() -> {
                    throw new IOException("second");
                })))
                .hasMessage("second");
        assertThat(reasonOf(loop -> Promise.resolve(1).finallyCompose(() -> Promise.reject(new IOException("second")))))
                .hasMessage("second");
    }

    @Test
    void finallyWaitsForWhatItReturned() {
        Steps.run((loop, steps) -> {
            Resolvers<String> cleanup = Promise.withResolvers();
            Promise.resolve(1).finallyCompose(cleanup::promise).thenAccept(v -> steps.finish(3));
            loop.setTimeout(
                    () -> {
                        steps.expect(2);
                        cleanup.resolve("clean");
                    },
                    5);
            steps.expect(1);
        });
    }

    // ---- settling

    @Test
    void theFirstCallDecides() {
        Steps.run((loop, steps) -> {
            Resolvers<String> later = Promise.withResolvers();
            later.resolve("first");
            later.resolve("second");
            later.reject(new Exception("third"));
            later.adopt(Promise.reject(handled()));
            later.promise().thenAccept(v -> {
                assertThat(v).isEqualTo("first");
                steps.finish(1);
            });
        });
    }

    /** A reason whose promise is dropped on purpose would be reported, so this loop takes no notice of it. */
    private static Throwable handled() {
        EventLoop.current().onUnhandledRejection((reason, promise) -> {});
        return new Exception("handled");
    }

    @Test
    void anAdoptedPromiseDecidesThoughItSettlesLater() {
        Steps.run((loop, steps) -> {
            Resolvers<String> slow = Promise.withResolvers();
            Resolvers<String> fast = Promise.withResolvers();
            fast.adopt(slow.promise());
            fast.resolve("too late");
            assertThat(fast.promise().state()).isEqualTo(Promise.State.PENDING);
            fast.promise().thenAccept(v -> {
                assertThat(v).isEqualTo("slow");
                steps.finish(1);
            });
            loop.setImmediate(() -> slow.resolve("slow"));
        });
    }

    @Test
    void theExecutorRunsAtOnceAndItsErrorRejects() {
        Steps.run((loop, steps) -> {
            Promise<String> failed = Promise.create(resolvers -> {
                steps.expect(1);
                throw new IOException("executor");
            });
            steps.expect(2);
            failed.await(v -> {}, e -> {
                assertThat(e).hasMessage("executor");
                steps.finish(3);
            });
        });
    }

    @Test
    void anErrorOfTheExecutorAfterItSettledIsIgnored() {
        assertThat(valueOf(loop -> Promise.create(resolvers -> {
                    resolvers.resolve("settled");
                    throw new IOException("afterwards");
                })))
                .isEqualTo("settled");
    }

    @Test
    void aPromiseThatIsToFollowItselfIsRejected() {
        assertThat(reasonOf(loop -> {
                    Resolvers<String> ring = Promise.withResolvers();
                    ring.adopt(ring.promise());
                    return ring.promise();
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a promise cannot be resolved with itself");
        assertThat(reasonOf(loop -> {
                    List<Promise<Integer>> self = new ArrayList<>();
                    self.add(Promise.resolve(1).thenCompose(v -> self.get(0)));
                    return self.get(0);
                }))
                .hasMessage("a promise cannot be resolved with itself");
    }

    @Test
    void resolveReturnsAPromiseOfTheSameLoopItself() {
        Steps.run((loop, steps) -> {
            Promise<Integer> promise = Promise.resolve(1);
            assertThat(Promise.<Integer>resolve(promise)).isSameAs(promise);
            steps.finish(1);
        });
    }

    @Test
    @SuppressWarnings("NullAway") // what a careless handler does
    void aComposingHandlerMustNotReturnNull() {
        assertThat(reasonOf(loop -> Promise.resolve(1).thenCompose(v -> null)))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("promise to follow");
    }

    @Test
    void aThenableMayRejectOrThrowButOnlyItsFirstCallCounts() {
        Thenable<String> rejects = (onFulfilled, onRejected) -> onRejected.accept(new IOException("rejected"));
        Thenable<String> throwing = (onFulfilled, onRejected) -> {
            throw new IllegalArgumentException("thrown");
        };
        Thenable<String> rude = (onFulfilled, onRejected) -> {
            onFulfilled.accept("first");
            onFulfilled.accept("second");
            throw new IllegalArgumentException("third");
        };
        assertThat(reasonOf(loop -> Promise.resolve(rejects))).hasMessage("rejected");
        assertThat(reasonOf(loop -> Promise.resolve(throwing))).hasMessage("thrown");
        assertThat(valueOf(loop -> Promise.resolve(rude))).isEqualTo("first");
    }

    @Test
    void aPromiseOfAnotherLoopIsRefusedWithTheWayToDoIt() {
        EventLoop other = EventLoop.create();
        Promise<Integer> foreign = Promise.resolve(other, 1);
        assertThat(reasonOf(loop -> Promise.resolve(loop, foreign)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("fromCompletionStage");
        other.stop();
    }

    @Test
    void stateAndTextTellWhatAPromiseHasComeTo() {
        Steps.run((loop, steps) -> {
            Resolvers<String> later = Promise.withResolvers();
            assertThat(later.promise().state()).isEqualTo(Promise.State.PENDING);
            later.promise().thenAccept(v -> {});
            assertThat(later.promise()).hasToString("Promise(pending)");
            later.resolve("x");
            assertThat(later.promise().state()).isEqualTo(Promise.State.FULFILLED);
            assertThat(later.promise()).hasToString("Promise(fulfilled: x)");
            Promise<String> failed = Promise.reject(new IOException("why"));
            assertThat(failed.state()).isEqualTo(Promise.State.REJECTED);
            assertThat(failed).hasToString("Promise(rejected: java.io.IOException: why)");
            failed.await(v -> {}, e -> steps.finish(1));
            assertThat(failed.loop()).isSameAs(loop);
        });
    }

    @Test
    void anErrorInAnAwaitCallbackIsUncaught() {
        List<Throwable> uncaught = new ArrayList<>();
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onUncaughtException((error, origin) -> uncaught.add(error));
            Promise.resolve(1)
                    .await(
                            v -> {
                                throw new IllegalStateException("callback");
                            },
                            e -> {});
        });
        assertThat(uncaught).singleElement().satisfies(e -> assertThat(e).hasMessage("callback"));
        assertThat(code).isZero();
    }

    @Test
    void exitInAHandlerEndsTheLoopAtOnce() {
        EventLoop loop = EventLoop.create();
        List<String> seen = new ArrayList<>();
        int code = loop.run(() -> {
            Promise.resolve(1).thenAccept(v -> {
                seen.add("exits");
                throw loop.exit(5);
            });
            loop.queueMicrotask(() -> seen.add("too late"));
        });
        assertThat(code).isEqualTo(5);
        assertThat(seen).containsExactly("exits");
    }

    // ---- rejections that nobody handles

    private record Report(List<String> unhandled, List<String> handledLate, int code) {}

    private static Report reportOf(Runnable program) {
        Report report = new Report(new ArrayList<>(), new ArrayList<>(), 0);
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onUnhandledRejection(
                    (reason, promise) -> report.unhandled.add(reason.getMessage() + " of " + promise));
            loop.onRejectionHandled(promise -> report.handledLate.add(promise.toString()));
            program.run();
        });
        return new Report(report.unhandled, report.handledLate, code);
    }

    @Test
    void aRejectionWithoutAHandlerIsReported() {
        Report report = reportOf(() -> Promise.reject(new Exception("why")));
        assertThat(report.unhandled).containsExactly("why of Promise(rejected: java.lang.Exception: why)");
        assertThat(report.handledLate).isEmpty();
    }

    @Test
    void onlyTheLastPromiseOfAChainIsReported() {
        Report report =
                reportOf(() -> Promise.reject(new Exception("why")).then(v -> v).then(v -> v));
        assertThat(report.unhandled).hasSize(1);
    }

    @Test
    void aHandlerAttachedInTheSameDrainIsInTime() {
        Report report = reportOf(() -> {
            Promise<Object> rejected = Promise.reject(new Exception("why"));
            EventLoop.current().nextTick(() -> EventLoop.current().queueMicrotask(() -> rejected.catchError(e -> 1)));
        });
        assertThat(report.unhandled).isEmpty();
        assertThat(report.handledLate).isEmpty();
    }

    @Test
    void aHandlerAttachedLaterIsToldOf() {
        Report report = reportOf(() -> {
            Promise<Object> rejected = Promise.reject(new Exception("why"));
            EventLoop.current().setImmediate(() -> {
                rejected.catchError(e -> 1);
                rejected.catchError(e -> 2);
            });
        });
        assertThat(report.unhandled).hasSize(1);
        assertThat(report.handledLate).containsExactly("Promise(rejected: java.lang.Exception: why)");
    }

    @Test
    void anUnhandledRejectionEndsTheLoopByDefault() {
        EventLoop loop = EventLoop.create();
        assertThat(loop.run(() -> Promise.reject(new Exception("expected in the log"))))
                .isEqualTo(1);
    }

    @Test
    void awaitAndFutureCountAsHandlers() {
        Report report = reportOf(() -> {
            Promise.reject(new Exception("a")).await(v -> {}, e -> {});
            assertThat(Promise.reject(new Exception("b")).toCompletableFuture()).isNotDone();
        });
        assertThat(report.unhandled).isEmpty();
    }

    // ---- many promises

    @Test
    void allKeepsTheOrderGiven() {
        assertThat(valueOf(loop -> {
                    Resolvers<@Nullable String> slow = Promise.withResolvers();
                    loop.setImmediate(() -> slow.resolve("slow"));
                    return Promise.all(Arrays.<Promise<@Nullable String>>asList(
                            slow.promise(), Promise.<@Nullable String>resolve("fast"), Promise.resolve((String) null)));
                }))
                .isEqualTo(Arrays.asList("slow", "fast", null));
    }

    @Test
    void allRejectsWithTheFirstReason() {
        assertThat(reasonOf(loop -> Promise.all(List.of(
                        Promise.resolve(1), Promise.reject(new Exception("a")), Promise.reject(new Exception("b"))))))
                .hasMessage("a");
    }

    @Test
    void allSettledTellsOfEach() {
        Exception why = new Exception("why");
        assertThat(valueOf(loop -> Promise.allSettled(List.of(Promise.resolve(1), Promise.<Integer>reject(why)))))
                .isEqualTo(List.of(new Settled.Fulfilled<>(1), new Settled.Rejected<>(why)));
    }

    @Test
    void anyTakesTheFirstValue() {
        assertThat(valueOf(
                        loop -> Promise.any(List.of(Promise.<Integer>reject(new Exception("a")), Promise.resolve(2)))))
                .isEqualTo(2);
    }

    @Test
    void anyCollectsTheReasons() {
        Throwable reason = reasonOf(
                loop -> Promise.any(List.of(Promise.reject(new Exception("a")), Promise.reject(new Exception("b")))));
        assertThat(reason).isInstanceOf(AggregateException.class).hasMessage("all 2 promises were rejected");
        assertThat(((AggregateException) reason).errors())
                .extracting(Throwable::getMessage)
                .containsExactly("a", "b");
        assertThat(reason.getSuppressed()).hasSize(2);
        assertThat(reasonOf(loop -> Promise.any(List.<Promise<Integer>>of()))).hasMessage("no promise was given");
    }

    @Test
    void raceTakesTheFirstToSettle() {
        assertThat(reasonOf(loop -> Promise.race(List.of(Promise.reject(new Exception("a")), Promise.resolve(2)))))
                .hasMessage("a");
        Steps.run((loop, steps) -> {
            assertThat(Promise.race(List.<Promise<Integer>>of()).state()).isEqualTo(Promise.State.PENDING);
            steps.finish(1);
        });
    }

    @Test
    void aFailingIterationRejects() {
        assertThat(reasonOf(loop -> Promise.all(() -> {
                    throw new IllegalArgumentException("no iterator");
                })))
                .hasMessage("no iterator");
    }

    // ---- other threads

    @Test
    void anotherThreadIsRefusedWithTheRightCall() throws Exception {
        EventLoop loop = EventLoop.create().start();
        try {
            CompletableFuture<Resolvers<String>> made = new CompletableFuture<>();
            loop.execute(() -> made.complete(Promise.withResolvers()));
            Resolvers<String> resolvers = made.get(30, TimeUnit.SECONDS);
            assertThatThrownBy(() -> resolvers.resolve("x"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Resolvers.resolve")
                    .hasMessageContaining("loop.execute");
            assertThatThrownBy(() -> resolvers.promise().then(v -> v)).hasMessageContaining("Promise.then");
            assertThatThrownBy(() -> resolvers.promise().await(v -> {}, e -> {}))
                    .hasMessageContaining("Promise.await");
            assertThatThrownBy(() -> Promise.resolve(1)).hasMessageContaining("runs no event loop");
        } finally {
            loop.stop();
            loop.termination().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aStageKeepsTheLoopAliveAndSettlesInThePollPhase() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        assertThat(valueOf(loop -> {
                    Promise<String> promise = Promise.fromCompletionStage(loop, stage);
                    Thread other = new Thread(() -> stage.complete("from elsewhere"));
                    loop.setImmediate(other::start);
                    return promise;
                }))
                .isEqualTo("from elsewhere");
    }

    @Test
    void aFailedStageRejectsWithItsCause() {
        IOException why = new IOException("why");
        CompletableFuture<String> failed = CompletableFuture.failedFuture(why);
        assertThat(reasonOf(loop -> Promise.fromCompletionStage(loop, failed.thenApply(v -> v))))
                .isSameAs(why);
        CompletableFuture<String> cancelled = new CompletableFuture<>();
        cancelled.cancel(false);
        assertThat(reasonOf(loop -> Promise.fromCompletionStage(loop, cancelled)))
                .isInstanceOf(java.util.concurrent.CancellationException.class);
    }

    @Test
    void aStageThatCompletesAfterTheLoopHasEndedHarmsNobody() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            Promise.fromCompletionStage(loop, stage).thenAccept(v -> {});
            loop.setImmediate(loop::stop);
        });
        assertThat(stage.complete("late")).isTrue();
    }

    @Test
    void aFutureTakesTheOutcomeToOtherThreads() throws Exception {
        EventLoop loop = EventLoop.create().start();
        try {
            CompletableFuture<CompletableFuture<String>> made = new CompletableFuture<>();
            CompletableFuture<CompletableFuture<String>> failed = new CompletableFuture<>();
            loop.execute(() -> {
                made.complete(Promise.resolve("x").toCompletableFuture());
                failed.complete(Promise.<String>reject(new IOException("why")).toCompletableFuture());
            });
            assertThat(made.get(30, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS)).isEqualTo("x");
            assertThatThrownBy(() -> failed.get(30, TimeUnit.SECONDS).get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("why");
        } finally {
            loop.stop();
            loop.termination().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void waitingForAFutureOnItsOwnLoopThrows() {
        Steps.run((loop, steps) -> {
            CompletableFuture<Integer> future =
                    Promise.<Integer>withResolvers().promise().toCompletableFuture();
            assertThatThrownBy(future::join).hasMessageContaining("would wait for itself");
            assertThatThrownBy(() -> future.get(1, TimeUnit.DAYS)).hasMessageContaining("would wait for itself");
            assertThatThrownBy(() -> future.thenApply(v -> v).get()).hasMessageContaining("would wait for itself");
            CompletableFuture<Integer> done = Promise.resolve(1).toCompletableFuture();
            loop.setImmediate(() -> {
                assertThat(done.join()).isEqualTo(1);
                steps.finish(1);
            });
        });
    }

    @Test
    void cancellingAFutureLeavesThePromiseAlone() {
        Steps.run((loop, steps) -> {
            Resolvers<Integer> later = Promise.withResolvers();
            CompletableFuture<Integer> future = later.promise().toCompletableFuture();
            assertThat(future.cancel(true)).isTrue();
            later.promise().thenAccept(v -> {
                assertThat(v).isEqualTo(1);
                steps.finish(1);
            });
            later.resolve(1);
            assertThatThrownBy(future::join).isInstanceOf(java.util.concurrent.CancellationException.class);
        });
    }
}
