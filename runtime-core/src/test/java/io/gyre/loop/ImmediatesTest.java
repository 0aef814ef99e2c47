package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
                case 0 -> loop.queueImmediate(callback);
                case 1 -> loop.setImmediate(callback);
                default -> {
                    loop.setImmediate(callback).clear();
                    continue;
                }
            }
            expected.add(number);
        }
        if (round < 200) {
            loop.queueImmediate(() -> set(loop, random, expected, round + 1));
        }
    }

    @Test
    void a_queued_one_keeps_the_loop_alive_and_is_named() {
        EventLoop loop = EventLoop.create();
        List<ActiveResource> alive = new ArrayList<>();
        loop.run(() -> {
            loop.queueImmediate(() -> ran.add(1));
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
            loop.queueImmediate(() -> {
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
                loop.queueImmediate(() -> ran.add((int) (loop.turnCount() - turn[0])));
            });
            loop.queueImmediate(() -> {
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
            loop.queueImmediate(tasks.get(1));
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
