package io.gyre.promise;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.AsyncLocalStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When handlers run: the number of microtasks is that of ECMAScript. */
class PromiseOrderTest {

    /** Calls back once for each microtask that passes, so that a test can say after how many something happens. */
    private static void count(int microtasks, Consumer<Integer> each) {
        Promise<Integer> chain = Promise.resolve(0);
        for (int i = 1; i <= microtasks; i++) {
            int number = i;
            chain = chain.then(v -> {
                each.accept(number);
                return number;
            });
        }
    }

    /** The number of the microtask in which a promise calls its handler, counted from when this is called. */
    private static int jobsUntil(Promise.State expected, java.util.function.Supplier<Promise<?>> makes) {
        int[] now = new int[1];
        int[] at = {-1};
        Steps.run((loop, steps) -> {
            loop.onUnhandledRejection((reason, promise) -> {});
            count(20, i -> now[0] = i);
            Promise<?> promise = makes.get();
            promise.await(
                    v -> at[0] = expected == Promise.State.FULFILLED ? now[0] : -2,
                    e -> at[0] = expected == Promise.State.REJECTED ? now[0] : -2);
            steps.finish(1);
        });
        return at[0];
    }

    private static int jobsUntilFulfilled(java.util.function.Supplier<Promise<?>> makes) {
        return jobsUntil(Promise.State.FULFILLED, makes);
    }

    private static int jobsUntilRejected(java.util.function.Supplier<Promise<?>> makes) {
        return jobsUntil(Promise.State.REJECTED, makes);
    }

    @Test
    void aHandlerNeverRunsWithinTheCallThatAttachesIt() {
        Steps.run((loop, steps) -> {
            Promise.resolve("now").thenAccept(v -> steps.finish(2));
            steps.expect(1);
        });
    }

    @Test
    void aHandlerNeverRunsWithinTheCallThatSettles() {
        Steps.run((loop, steps) -> {
            Resolvers<String> later = Promise.withResolvers();
            later.promise().thenAccept(v -> steps.finish(2));
            later.resolve("x");
            steps.expect(1);
        });
    }

    @Test
    void handlersOfOnePromiseRunInTheOrderTheyWereAttached() {
        Steps.run((loop, steps) -> {
            Resolvers<String> later = Promise.withResolvers();
            for (int i = 2; i <= 6; i++) {
                int number = i;
                later.promise().thenAccept(v -> steps.expect(number));
            }
            later.promise().await(v -> steps.finish(7), e -> {});
            later.resolve("x");
            steps.expect(1);
        });
    }

    @Test
    void reactionsAndMicrotasksShareOneQueueAfterTicks() {
        Steps.run((loop, steps) -> {
            Promise.resolve(0).thenAccept(v -> steps.expect(3));
            loop.queueMicrotask(() -> steps.expect(4));
            Promise.resolve(0).thenAccept(v -> {
                steps.expect(5);
                loop.nextTick(() -> steps.finish(7));
                loop.queueMicrotask(() -> steps.expect(6));
            });
            loop.nextTick(() -> steps.expect(2));
            steps.expect(1);
        });
    }

    @Test
    void aSettledPromiseCallsBackInTheNextMicrotask() {
        assertThat(jobsUntilFulfilled(() -> Promise.resolve("x"))).isEqualTo(1);
        assertThat(jobsUntilRejected(() -> Promise.reject(new Exception()))).isEqualTo(1);
    }

    @Test
    void eachLinkOfAChainCostsOneMicrotask() {
        assertThat(jobsUntilFulfilled(() -> Promise.resolve("x").then(v -> v))).isEqualTo(2);
        assertThat(jobsUntilRejected(
                        () -> Promise.reject(new Exception()).then(v -> v).then(v -> v)))
                .isEqualTo(3);
        assertThat(jobsUntilFulfilled(
                        () -> Promise.<Integer>reject(new Exception()).catchError(e -> 1)))
                .isEqualTo(2);
        assertThat(jobsUntilFulfilled(() -> Promise.resolve(1).thenAccept(v -> {})))
                .isEqualTo(2);
    }

    @Test
    void followingAPromiseCostsTwoMoreMicrotasks() {
        assertThat(jobsUntilFulfilled(() -> Promise.resolve("x").thenCompose(v -> Promise.resolve(v))))
                .isEqualTo(4);
        assertThat(jobsUntilRejected(() -> Promise.resolve("x").thenCompose(v -> Promise.reject(new Exception()))))
                .isEqualTo(4);
        assertThat(jobsUntilFulfilled(() -> Promise.<String>create(r -> r.adopt(Promise.resolve("x")))))
                .isEqualTo(3);
    }

    @Test
    void followingAThenableThatSettlesAtOnceCostsOneMicrotask() {
        assertThat(jobsUntilFulfilled(() -> {
                    Thenable<String> thenable = (onFulfilled, onRejected) -> onFulfilled.accept("x");
                    return Promise.resolve(thenable);
                }))
                .isEqualTo(2);
    }

    @Test
    void finallyCostsWhatTheSpecificationSays() {
        // The handler (1), the value function and the job that asks for its promise (2), the reaction that is told (3).
        assertThat(jobsUntilFulfilled(() -> Promise.resolve("x").finallyDo(() -> {})))
                .isEqualTo(4);
        assertThat(jobsUntilRejected(() -> Promise.reject(new Exception()).finallyDo(() -> {})))
                .isEqualTo(4);
        assertThat(jobsUntilRejected(() -> Promise.resolve("x").finallyDo(() -> {
                    throw new Exception();
                })))
                .isEqualTo(2);
    }

    @Test
    void combinatorsCostOneMicrotaskMoreThanTheirLastPromise() {
        assertThat(jobsUntilFulfilled(() -> Promise.all(List.of(Promise.resolve(1), Promise.resolve(2)))))
                .isEqualTo(2);
        assertThat(jobsUntilFulfilled(() -> Promise.allSettled(List.of(Promise.resolve(1), Promise.resolve(2)))))
                .isEqualTo(2);
        assertThat(jobsUntilFulfilled(() -> Promise.any(List.of(Promise.resolve(1)))))
                .isEqualTo(2);
        assertThat(jobsUntilFulfilled(() -> Promise.race(List.of(Promise.resolve(1)))))
                .isEqualTo(2);
        assertThat(jobsUntilFulfilled(() -> Promise.all(List.<Promise<Integer>>of())))
                .isEqualTo(1);
    }

    @Test
    void aReactionRunsUnderTheContextOfItsThen() {
        AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("test");
        List<@Nullable String> seen = new ArrayList<>();
        Steps.run((loop, steps) -> {
            Resolvers<String> later = Promise.withResolvers();
            storage.run("attached", () -> later.promise().thenAccept(v -> seen.add(storage.getStore())));
            later.promise().thenAccept(v -> seen.add(storage.getStore()));
            storage.run("settled", () -> later.resolve("x"));
            storage.run("adopted", () -> Promise.resolve(1)
                    .thenCompose(v -> Promise.resolve(v))
                    .thenAccept(v -> seen.add(storage.getStore())));
            steps.finish(1);
        });
        assertThat(seen).containsExactly("attached", null, "adopted");
    }
}
