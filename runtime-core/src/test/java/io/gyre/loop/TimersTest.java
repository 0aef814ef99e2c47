package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimersTest {

    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();
    private VirtualTime.Rig rig;
    private EventLoop loop;

    @BeforeEach
    void open() {
        rig = time.drive();
        loop = rig.loop();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private void advance(long millis) {
        rig.advanceTimeBy(Duration.ofMillis(millis));
    }

    private void logAt(String label) {
        log.add(label + "@" + time.nanoTime() / 1_000_000);
    }

    @Test
    void fires_in_order_of_deadline_then_of_setting() {
        rig.run(() -> {
            loop.setTimeout(() -> logAt("b"), 10);
            loop.setTimeout(() -> logAt("a"), 5);
            loop.setTimeout(() -> logAt("c"), 10);
        });
        advance(20);
        assertThat(log).containsExactly("a@5", "b@10", "c@10");
    }

    @Test
    void never_fires_early_when_set_within_a_millisecond() {
        time.elapse(Duration.ofNanos(400_000));
        rig.run(() -> loop.setTimeout(() -> log.add("fired"), 3));
        time.elapse(Duration.ofNanos(2_999_999));
        rig.turn();
        assertThat(log).isEmpty();
        time.elapse(Duration.ofNanos(1_000_000));
        rig.turn();
        assertThat(log).containsExactly("fired");
    }

    @Test
    void takes_delays_out_of_range_as_one_millisecond() {
        rig.run(() -> {
            loop.setTimeout(() -> logAt("zero"), 0);
            loop.setTimeout(() -> logAt("negative"), -7);
            loop.setTimeout(() -> logAt("overflow"), 1L << 31);
            loop.setTimeout(() -> logAt("largest"), Integer.MAX_VALUE);
        });
        advance(50);
        assertThat(log).containsExactly("zero@1", "negative@1", "overflow@1");
    }

    @Test
    void an_interval_counts_from_the_start_of_its_callback_and_drops_missed_periods() {
        rig.run(() -> loop.setInterval(
                () -> {
                    logAt("i");
                    if (log.size() == 2) {
                        time.elapse(Duration.ofMillis(75));
                    }
                },
                20));
        advance(160);
        assertThat(log).containsExactly("i@20", "i@40", "i@116", "i@136", "i@156");
    }

    @Test
    void an_interval_cleared_in_its_own_callback_stops() {
        Timer[] timer = new Timer[1];
        rig.run(() -> timer[0] = loop.setInterval(
                () -> {
                    logAt("i");
                    if (log.size() == 3) {
                        timer[0].clear();
                    }
                },
                10));
        advance(100);
        assertThat(log).containsExactly("i@10", "i@20", "i@30");
        assertThat(loop.isAlive()).isFalse();
    }

    @Test
    void a_timer_set_in_a_timer_waits_for_the_next_turn_after_the_immediates() {
        rig.run(() -> loop.setTimeout(
                () -> {
                    loop.setTimeout(() -> log.add("nested"), 0);
                    loop.setImmediate(() -> log.add("immediate"));
                    time.elapse(Duration.ofMillis(5));
                },
                1));
        advance(10);
        assertThat(log).containsExactly("immediate", "nested");
    }

    @Test
    void one_pass_sees_one_time() {
        rig.run(() -> {
            loop.setTimeout(
                    () -> {
                        log.add("t1");
                        loop.setImmediate(() -> log.add("immediate"));
                        time.elapse(Duration.ofMillis(60));
                    },
                    1);
            loop.setTimeout(() -> log.add("t20"), 20);
        });
        advance(100);
        assertThat(log).containsExactly("t1", "immediate", "t20");
    }

    @Test
    void clear_in_a_sibling_takes_effect_at_once() {
        Timer[] second = new Timer[1];
        rig.run(() -> {
            loop.setTimeout(() -> second[0].clear(), 5);
            second[0] = loop.setTimeout(() -> log.add("no"), 5);
            loop.setTimeout(() -> log.add("yes"), 5);
        });
        advance(20);
        assertThat(log).containsExactly("yes");
    }

    @Test
    void the_last_timer_of_its_delay_leaves_nothing_behind_when_it_is_cleared() {
        rig.run(() -> loop.setTimeout(() -> log.add("never"), 10).clear());
        assertThat(loop.timers.nanosToNext()).isEqualTo(-1);
        rig.run(() -> {
            loop.setTimeout(() -> log.add("never"), 10).clear();
            loop.setTimeout(() -> log.add("never"), 11).clear();
            loop.setTimeout(() -> log.add("never"), 10).clear();
        });
        assertThat(loop.timers.isEmpty()).isTrue();

        rig.run(() -> loop.setTimeout(() -> log.add("never"), 10).clear());
        time.elapse(Duration.ofMillis(3));
        rig.run(() -> loop.setTimeout(() -> logAt("set first"), 12));
        time.elapse(Duration.ofMillis(2));
        rig.run(() -> loop.setTimeout(() -> logAt("set second"), 10));
        advance(20);
        assertThat(log).containsExactly("set first@15", "set second@15");
    }

    @Test
    void refresh_sets_anew_also_after_firing_but_not_after_clear() {
        Timer[] timer = new Timer[1];
        rig.run(() -> timer[0] = loop.setTimeout(() -> logAt("t"), 10));
        advance(6);
        rig.run(() -> timer[0].refresh());
        advance(20);
        assertThat(log).containsExactly("t@16");
        assertThat(timer[0].isActive()).isFalse();
        rig.run(() -> timer[0].refresh());
        assertThat(timer[0].isActive()).isTrue();
        advance(20);
        assertThat(log).containsExactly("t@16", "t@36");
        rig.run(() -> {
            timer[0].clear();
            timer[0].refresh();
        });
        advance(20);
        assertThat(log).hasSize(2);
        assertThat(timer[0].hasRef()).as("as in Node, also when cleared").isTrue();
    }

    @Test
    void ref_and_unref_decide_about_liveness_and_nothing_else() {
        Timer[] timer = new Timer[1];
        rig.run(() -> timer[0] = loop.setTimeout(() -> log.add("unref"), 10).unref());
        assertThat(loop.isAlive()).isFalse();
        timer[0].ref();
        assertThat(loop.isAlive()).isTrue();
        timer[0].unref();
        timer[0].unref();
        rig.run(() -> loop.setTimeout(() -> log.add("ref"), 20));
        advance(30);
        assertThat(log).containsExactly("unref", "ref");
        assertThat(loop.isAlive()).isFalse();
    }

    @Test
    void an_error_with_a_handler_leaves_the_rest_of_the_pass() {
        loop.onUncaughtException((error, origin) -> log.add("uncaught " + error.getMessage()));
        rig.run(() -> {
            loop.setTimeout(
                    () -> {
                        throw new IllegalStateException("boom");
                    },
                    5);
            loop.setTimeout(() -> log.add("next"), 5);
            loop.setInterval(
                    () -> {
                        log.add("interval");
                        throw new IllegalStateException("again");
                    },
                    6);
        });
        advance(12);
        assertThat(log)
                .containsExactly("uncaught boom", "next", "interval", "uncaught again", "interval", "uncaught again");
    }

    @Test
    void many_timers_set_cleared_and_refreshed_at_random_fire_as_a_model_says() {
        for (long seed = 1; seed <= 50; seed++) {
            assertThat(runAgainstModel(seed)).as("seed %d", seed).isTrue();
        }
    }

    /** The model: a queue by deadline, then by order of setting; lists of equal delay keep both orders. */
    private static boolean runAgainstModel(long seed) {
        Random random = new Random(seed);
        VirtualTime clock = new VirtualTime();
        record Due(long at, int number) {}
        PriorityQueue<Due> model = new PriorityQueue<>(
                (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Integer.compare(a.number, b.number));
        List<Due> fired = new ArrayList<>();
        List<Due> expected = new ArrayList<>();
        try (VirtualTime.Rig rig = clock.drive()) {
            List<Timer> timers = new ArrayList<>();
            List<Due> dues = new ArrayList<>();
            for (int step = 0; step < 300; step++) {
                long now = clock.nanoTime() / 1_000_000;
                int delay = 1 + random.nextInt(400);
                int number = step;
                rig.run(() -> {
                    Due due = new Due(now + delay, number);
                    timers.add(rig.loop().setTimeout(() -> fired.add(due), delay));
                    dues.add(due);
                    model.add(due);
                    if (random.nextInt(3) == 0) {
                        int victim = random.nextInt(timers.size());
                        timers.get(victim).clear();
                        model.remove(dues.get(victim));
                    }
                });
                long pause = random.nextInt(4);
                rig.advanceTimeBy(Duration.ofMillis(pause));
                long reached = clock.nanoTime() / 1_000_000;
                while (!model.isEmpty() && model.peek().at <= reached) {
                    expected.add(model.poll());
                }
            }
            rig.advanceUntilIdle(Duration.ofSeconds(10));
            while (!model.isEmpty()) {
                expected.add(model.poll());
            }
        }
        // Within one millisecond, lists go by the due time of their first timer; deadlines must agree exactly.
        List<Long> firedAt = fired.stream().map(Due::at).toList();
        List<Long> expectedAt = expected.stream().map(Due::at).toList();
        return firedAt.equals(expectedAt) && new java.util.HashSet<>(fired).equals(new java.util.HashSet<>(expected));
    }
}
