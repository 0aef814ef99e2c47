package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.promise.Promise;
import io.gyre.testing.VirtualTime;
import io.gyre.work.WorkerPool;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Values that others keep with the thread, on a loop that was told to carry them. */
class ContextCarrierTest {

    private final ThreadLocal<@Nullable String> trace = new ThreadLocal<>();
    private final AsyncLocalStorage<String> user = new AsyncLocalStorage<>("user");
    private final List<String> log = new ArrayList<>();

    private EventLoopBuilder carrying() {
        return EventLoop.builder().carry(ContextCarrier.of(trace));
    }

    private void note(String where) {
        log.add(where + "=" + trace.get());
    }

    @AfterEach
    void leavesTheTestsOwnThreadAlone() {
        trace.remove();
    }

    @Test
    void a_value_on_the_thread_follows_everything_that_was_scheduled_while_it_was_there() {
        EventLoop loop = carrying().build();
        loop.run(() -> {
            trace.set("t1");
            loop.nextTick(() -> note("tick"));
            loop.queueMicrotask(() -> note("micro"));
            Promise.resolve(loop, 1).thenAccept(v -> note("reaction"));
            loop.setImmediate(() -> {
                note("immediate");
                loop.nextTick(() -> note("tick of immediate"));
            });
            loop.setTimeout(() -> note("timeout"), 1);
            loop.execute(() -> note("post"));
            new Request(loop, "job").complete(() -> note("request"));
            new Request(loop, "job").defer(() -> note("deferred"));
            Async async = loop.asyncHandle(() -> note("async"));
            async.send();
            trace.remove();
            loop.setImmediate(() -> {
                note("outside");
                async.close();
            });
        });
        assertThat(log)
                .containsExactlyInAnyOrder(
                        "tick=t1",
                        "micro=t1",
                        "reaction=t1",
                        "immediate=t1",
                        "tick of immediate=t1",
                        "timeout=t1",
                        "post=t1",
                        "request=t1",
                        "deferred=t1",
                        "async=t1",
                        "outside=null");
    }

    @Test
    void what_a_callback_leaves_on_the_thread_does_not_reach_the_next_one() {
        EventLoop loop = carrying().build();
        loop.run(() -> {
            loop.setTimeout(
                    () -> {
                        trace.set("left behind");
                        loop.queueMicrotask(() -> {
                            note("own microtask");
                            trace.set("left by a microtask");
                        });
                    },
                    1);
            loop.setTimeout(() -> note("next timer"), 1);
        });
        assertThat(log).containsExactly("own microtask=left behind", "next timer=null");
        assertThat(trace.get()).isNull();
    }

    @Test
    void a_callback_that_fails_leaves_nothing_either() {
        EventLoop loop = carrying().build();
        loop.run(() -> {
            loop.onUncaughtException((error, origin) -> {});
            loop.setTimeout(
                    () -> {
                        trace.set("left behind");
                        throw new IllegalStateException("fails");
                    },
                    1);
            loop.setTimeout(() -> note("next timer"), 2);
        });
        assertThat(log).containsExactly("next timer=null");
    }

    @Test
    void the_caller_of_run_keeps_its_value_and_hands_it_to_the_main_callback() {
        trace.set("caller");
        EventLoop loop = carrying().build();
        loop.run(() -> {
            note("main");
            loop.setImmediate(() -> note("immediate"));
            trace.set("changed");
        });
        note("after");
        assertThat(log).containsExactly("main=caller", "immediate=caller", "after=caller");
    }

    @Test
    void the_driver_of_a_loop_keeps_its_value() {
        trace.set("driver");
        VirtualTime time = new VirtualTime();
        EventLoop loop = time.builder().carry(ContextCarrier.of(trace)).build();
        try (LoopDriver driver = loop.drive()) {
            driver.run(() -> {
                note("callback");
                trace.set("changed");
                loop.setImmediate(() -> note("immediate"));
            });
            note("between");
            driver.turn();
        }
        note("after");
        assertThat(log).containsExactly("callback=driver", "between=driver", "immediate=changed", "after=driver");
    }

    @Test
    void posts_and_jobs_of_the_pool_take_the_value_along() {
        EventLoop loop = carrying().build();
        List<@Nullable String> worker = new ArrayList<>();
        loop.run(() -> {
            trace.set("t1");
            WorkerPool.shared()
                    .submit(
                            loop,
                            WorkerPool.Kind.CPU,
                            "look",
                            () -> {
                                worker.add(trace.get());
                                trace.set("left on the worker");
                                loop.execute(() -> note("post from a worker"));
                                return 1;
                            },
                            (error, result) -> {
                                note("completion");
                                trace.remove();
                                WorkerPool.shared()
                                        .submit(
                                                loop,
                                                WorkerPool.Kind.CPU,
                                                "look again",
                                                () -> worker.add(trace.get()),
                                                (e, r) -> {});
                            });
        });
        assertThat(worker).containsExactly("t1", null);
        assertThat(log).containsExactlyInAnyOrder("post from a worker=left on the worker", "completion=t1");
    }

    @Test
    void values_of_storages_and_of_the_thread_go_together_and_apart() {
        EventLoop loop = carrying().build();
        loop.run(() -> {
            user.enterWith("ann");
            loop.setImmediate(() -> log.add(user.getStore() + "+" + trace.get()));
            trace.set("t1");
            loop.setImmediate(() -> log.add(user.getStore() + "+" + trace.get()));
            user.enterWith(null);
            loop.setImmediate(() -> log.add(user.getStore() + "+" + trace.get()));
            ContextFrame frame = ContextFrame.current();
            trace.remove();
            assertThat(ContextFrame.current()).isSameAs(ContextFrame.root());
            loop.setImmediate(() -> log.add(user.getStore() + "+" + trace.get()));
            frame.run(() -> log.add("inside " + trace.get()));
            log.add("outside " + trace.get());
            ContextFrame former = frame.enter();
            log.add("entered " + trace.get());
            former.enter();
            log.add("left " + trace.get());
        });
        assertThat(log)
                .containsExactly(
                        "inside t1",
                        "outside null",
                        "entered t1",
                        "left null",
                        "ann+null",
                        "ann+t1",
                        "null+t1",
                        "null+null");
    }

    @Test
    void a_loop_that_carries_nothing_leaves_the_thread_alone() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            trace.set("stays");
            loop.setImmediate(() -> note("immediate"));
        });
        assertThat(log).containsExactly("immediate=stays");
    }

    @Test
    void a_future_of_a_promise_refuses_to_block_the_thread_of_any_loop()
            throws InterruptedException, ExecutionException, TimeoutException {
        try (EventLoopGroup group = EventLoopGroup.start(2)) {
            EventLoop one = group.next();
            EventLoop two = group.next();
            CompletableFuture<CompletableFuture<Integer>> pending = new CompletableFuture<>();
            one.execute(() -> pending.complete(
                    Promise.<Integer>withResolvers(one).promise().toCompletableFuture()));
            CompletableFuture<Integer> future = pending.get(30, TimeUnit.SECONDS);
            for (EventLoop loop : List.of(one, two)) {
                CompletableFuture<Void> asked = CompletableFuture.runAsync(future::join, loop);
                assertThatThrownBy(() -> asked.get(30, TimeUnit.SECONDS))
                        .rootCause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("; use ");
            }
        }
    }
}
