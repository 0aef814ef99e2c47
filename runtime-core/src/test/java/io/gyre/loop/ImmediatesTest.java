package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The queue of the check phase, with immediates that can be cleared and callbacks that cannot. */
class ImmediatesTest {

    private final List<Integer> ran = new ArrayList<>();
    private final List<Runnable> dropped = new ArrayList<>();

    @Test
    void run_in_order_whichever_way_they_were_queued_and_however_many() {
        Random random = new Random(1);
        List<Integer> expected = new ArrayList<>();
        EventLoop loop = EventLoop.create();
        loop.run(() -> set(loop, random, expected, 0));
        assertThat(ran).hasSizeGreaterThan(10_000).isEqualTo(expected);
    }

    /** Each round is a turn: what a round sets runs in the next. */
    private void set(EventLoop loop, Random random, List<Integer> expected, int round) {
        int count = 1 + random.nextInt(300);
        for (int i = 0; i < count; i++) {
            int number = round * 1_000 + i;
            Runnable callback = () -> ran.add(number);
            switch (random.nextInt(3)) {
                case 0 -> queue(loop, callback);
                case 1 -> loop.setImmediate(callback);
                default -> {
                    loop.setImmediate(callback).clear();
                    continue;
                }
            }
            expected.add(number);
        }
        if (round < 200) {
            queue(loop, () -> set(loop, random, expected, round + 1));
        }
    }

    private static void queue(EventLoop loop, Runnable callback) {
        assertThat(loop.tryQueueImmediate(callback)).isTrue();
    }

    @Test
    void one_that_would_need_more_is_refused() {
        AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("value");
        EventLoop loop = EventLoop.create();
        List<Boolean> queued = new ArrayList<>();
        Runnable attempt = () -> {
            queued.add(loop.tryQueueImmediate(() -> ran.add(1)));
            queued.add(loop.tryQueueReaction(() -> ran.add(2)));
        };
        loop.run(() -> {
            storage.run("framed", attempt);
            CompletableFuture.runAsync(attempt).join();
            hiddenExit(loop, 0);
            attempt.run();
        });
        attempt.run();
        assertThat(queued).hasSize(8).containsOnly(false);
        assertThat(ran).isEmpty();
    }

    private static void hiddenExit(EventLoop loop, int code) {
        try {
            loop.exit(code);
        } catch (Throwable hidden) {
            assertThat(hidden).isInstanceOf(LoopExit.class);
        }
    }

    @Test
    void an_exit_ends_the_phase_also_where_a_callback_hides_it() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.setImmediate(() -> ran.add(1));
            loop.setImmediate(() -> hiddenExit(loop, 3));
            loop.setImmediate(() -> ran.add(2));
            queue(loop, () -> ran.add(3));
        });
        assertThat(code).isEqualTo(3);
        assertThat(ran).containsExactly(1);
    }

    /** Where nothing else is queued, too. */
    @Test
    void a_failure_without_a_handler_is_told_of_before_the_next_one() {
        List<String> log = new ArrayList<>();
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.onUnhandledRejection((error, promise) -> log.add(promise + " failed"));
            loop.onRejectionHandled(promise -> log.add(promise + " handled"));
            List<RejectionTracker.Rejection> failures = new ArrayList<>();
            loop.setImmediate(() -> log.add("first"));
            loop.setImmediate(() ->
                    failures.add(loop.rejectionTracker().reject("promise", new IllegalStateException("planned"))));
            loop.setImmediate(() -> log.add("second"));
            loop.setImmediate(() -> failures.get(0).handle());
            loop.setImmediate(() -> log.add("third"));
        });
        assertThat(log).containsExactly("first", "promise failed", "second", "promise handled", "third");
    }

    /** The loop counts only the exceptions. Here everything is counted, turn after turn. */
    @Test
    void are_counted_however_they_are_cleared_and_unrefd() {
        Random random = new Random(2);
        EventLoop loop = EventLoop.create();
        assertThat(loop.run(() -> change(loop, random, 500))).isZero();
        assertThat(ran).hasSizeGreaterThan(100);
    }

    private void change(EventLoop loop, Random random, int turnsLeft) {
        List<Immediate> set = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            set.add(loop.setImmediate(() -> ran.add(1)));
        }
        for (int i = random.nextInt(20); i > 0 && !set.isEmpty(); i--) {
            Immediate one = set.get(random.nextInt(set.size()));
            switch (random.nextInt(4)) {
                case 0 -> one.clear();
                case 1 -> one.ref();
                default -> one.unref();
            }
        }
        long waiting = set.stream().filter(one -> one.callback != null).count();
        boolean ref = set.stream().anyMatch(Immediate::hasRef);
        assertThat(loop.activeResources())
                .isEqualTo(waiting == 0 ? List.of() : List.of(new ActiveResource("Immediate", waiting + " set", ref)));
        if (turnsLeft > 0) {
            queue(loop, () -> change(loop, random, turnsLeft - 1));
        }
    }

    @Test
    void a_queued_one_keeps_the_loop_alive_and_is_named() {
        EventLoop loop = EventLoop.create();
        List<ActiveResource> alive = new ArrayList<>();
        loop.run(() -> {
            queue(loop, () -> ran.add(1));
            alive.addAll(loop.activeResources());
        });
        assertThat(alive).containsExactly(new ActiveResource("Immediate", "1 set", true));
        assertThat(ran).containsExactly(1);
    }

    @Test
    void what_a_queued_one_adds_runs_as_after_a_microtask_and_errors_end_nothing() {
        List<String> log = new ArrayList<>();
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.onUncaughtException((error, origin) -> log.add(error.getMessage()));
            queue(loop, () -> {
                loop.nextTick(() -> log.add("tick"));
                loop.queueMicrotask(() -> {
                    throw new IllegalStateException("microtask fails");
                });
                loop.queueMicrotask(() -> log.add("microtask"));
            });
            loop.setImmediate(() -> {
                loop.queueMicrotask(() -> log.add("microtask of an immediate"));
                loop.nextTick(() -> log.add("tick of an immediate"));
            });
        });
        assertThat(log)
                .containsExactly(
                        "microtask fails", "microtask", "tick", "tick of an immediate", "microtask of an immediate");
    }

    @Test
    void the_phase_goes_on_with_what_was_set_meanwhile_where_the_last_one_failed() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.onUncaughtException((error, origin) -> {});
            long[] turn = new long[1];
            loop.setImmediate(() -> {
                turn[0] = loop.turnCount();
                queue(loop, () -> ran.add((int) (loop.turnCount() - turn[0])));
            });
            queue(loop, () -> {
                throw new IllegalStateException("fails");
            });
        });
        assertThat(ran).containsExactly(0);
    }

    @Test
    void what_does_not_run_any_more_is_told_of_and_so_are_microtasks_and_timers() {
        List<Runnable> tasks =
                IntStream.range(0, 6).<Runnable>mapToObj(n -> () -> ran.add(n)).toList();
        AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("value");
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.onDropped(dropped::add);
            loop.setTimeout(tasks.get(4), 60_000);
            storage.run("framed", () -> loop.setTimeout(tasks.get(5), 60_000));
            loop.setTimeout(() -> ran.add(-1), 60_000).clear();
            loop.setImmediate(() -> {
                loop.setImmediate(tasks.get(3));
                loop.queueMicrotask(tasks.get(0));
                loop.exit(0);
            });
            queue(loop, tasks.get(1));
            loop.setImmediate(() -> ran.add(-2)).clear();
            loop.setImmediate(tasks.get(2));
        });
        assertThat(ran).isEmpty();
        assertThat(dropped).containsExactlyElementsOf(tasks);
    }

    @Test
    void a_taker_of_dropped_callbacks_that_throws_holds_up_neither_the_others_nor_the_end() {
        List<String> log = new ArrayList<>();
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onDropped(callback -> {
                throw new IllegalStateException("fails");
            });
            loop.onDropped(callback -> log.add("told"));
            new Resource(loop, () -> log.add("closed"));
            loop.setTimeout(() -> log.add("fired"), 60_000);
            loop.setImmediate(() -> loop.exit(3));
        });
        assertThat(code).isEqualTo(3);
        assertThat(log).containsExactly("told", "closed");
        assertThat(loop.termination()).isCompletedWithValue(3);
    }

    private static final class Resource extends Handle {

        private final Runnable onClose;

        Resource(EventLoop loop, Runnable onClose) {
            super(loop, "resource");
            this.onClose = onClose;
            activate();
        }

        @Override
        protected void onClose() {
            onClose.run();
        }
    }
}
