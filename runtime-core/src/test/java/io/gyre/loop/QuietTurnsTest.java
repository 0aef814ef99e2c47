package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A long chain of immediates takes short cuts. Whatever else turns up in it must run when it would without them: the
 * same program on a loop that polls in each turn gives the same trace.
 */
class QuietTurnsTest {

    private static final int LINKS = 3_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void what_turns_up_in_a_chain_of_immediates_runs_in_the_phase_of_its_turn(long seed) {
        List<String> withoutShortCuts = new Program(seed, Duration.ZERO).run();
        List<String> trace = new Program(seed, Duration.ofNanos(20_000)).run();

        assertThat(trace).hasSizeGreaterThan(LINKS / 200).isEqualTo(withoutShortCuts);
    }

    private static final class Program {

        private final Random random;
        private final EventLoop loop;
        private final List<String> trace = new ArrayList<>();
        private final AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("storage");
        private long now;

        Program(long seed, Duration pollInterval) {
            random = new Random(seed);
            loop = EventLoop.builder()
                    .ticker(() -> now)
                    .pollInterval(pollInterval)
                    .poller(context -> new ClockPoller())
                    .build();
            loop.onUncaughtException((error, origin) -> note("error"));
        }

        List<String> run() {
            loop.run(() -> link(LINKS));
            return trace;
        }

        private void link(int left) {
            now += 100;
            if (left > 0) {
                if (random.nextInt(60) == 0) {
                    event();
                }
                loop.setImmediate(() -> link(left - 1));
            } else {
                note("end");
            }
        }

        private void event() {
            switch (random.nextInt(18)) {
                case 0 -> loop.setTimeout(() -> note("timer"), random.nextInt(3));
                case 1 -> loop.setTimeout(() -> note("cleared"), 1).clear();
                case 2 -> loop.nextTick(() -> note("tick"));
                case 3 -> loop.queueMicrotask(() -> note("microtask"));
                case 4 -> loop.execute(() -> note("post"));
                case 5 -> once(loop.idle(), "idle");
                case 6 -> once(loop.prepare(), "prepare");
                case 7 -> once(loop.check(), "check");
                case 8 -> loop.nextTick(this::fail);
                case 9 -> loop.setImmediate(this::fail);
                case 10, 11 -> now += 2_000_000; // a long turn, which makes the timers due
                case 12 -> loop.tryQueueImmediate(() -> note("queued"));
                case 13 -> loop.setImmediate(() -> note("unref'd")).unref();
                case 14 -> loop.setImmediate(() -> note("not cleared")).clear();
                case 15 -> storage.enterWith(storage.getStore() == null ? "entered" : null);
                case 16 -> new Request(loop, "late").defer(() -> note("deferred"));
                default -> loop.idle().close(() -> note("closed"));
            }
        }

        private void once(LoopWatcher watcher, String name) {
            watcher.start(() -> {
                note(name);
                watcher.close();
            });
        }

        private void fail() {
            note("fails");
            loop.nextTick(() -> note("tick after a failure"));
            throw new IllegalStateException("planned");
        }

        private void note(String what) {
            trace.add(loop.turnCount() + " " + loop.phase() + " " + now + " " + what + " " + storage.getStore());
        }

        /** Waits by moving the clock. */
        private final class ClockPoller implements Poller {

            @Override
            public int poll(long timeoutNanos) {
                if (timeoutNanos > 0) {
                    now += timeoutNanos;
                }
                return 0;
            }

            @Override
            public void wakeup() {}

            @Override
            public void close() {}
        }
    }
}
