package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** When a main task that waits for another thread is called stuck. Time is virtual: a poll that waits moves the clock. */
@ResourceLock(Resources.SYSTEM_ERR)
class StuckMainTest {

    private static final String STUCK = "waiting for another thread to. It waits for an answer";

    private final List<Duration> waits = new ArrayList<>();
    private long now;
    private Runnable onWait = () -> {};

    private final EventLoop loop = EventLoop.builder()
            .ticker(() -> now)
            .poller(context -> new ClockPoller())
            .build();

    /** Runs the loop, and returns what it logs: slf4j-simple writes that to standard error. */
    private String logOf(Consumer<MainTask> main) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream former = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            assertThat(loop.run(main, UnsettledMain.WAIT)).isZero();
        } finally {
            System.setErr(former);
        }
        return log.toString(StandardCharsets.UTF_8);
    }

    @Test
    void it_is_said_once_when_nothing_has_come_for_a_tenth_of_a_second() {
        String log = logOf(main -> {
            main.describe(() -> "an answer");
            onWait = () -> {
                if (waits.size() == 3) {
                    loop.execute(main::settle);
                }
            };
        });

        assertThat(log).containsOnlyOnce(STUCK);
        assertThat(waits).containsExactly(Duration.ofMillis(100), forEver(), forEver());
    }

    @Test
    void nothing_is_said_if_the_answer_is_posted_just_after_the_loop_has_looked() {
        String log = logOf(main -> main.describe(() -> {
            loop.execute(main::settle);
            return "an answer";
        }));

        assertThat(log).doesNotContain(STUCK);
    }

    @Test
    void work_from_elsewhere_starts_the_wait_anew() {
        String log = logOf(main -> {
            main.describe(() -> "an answer");
            onWait = () -> {
                if (waits.size() < 3) {
                    loop.execute(() -> {});
                } else if (waits.size() == 4) {
                    loop.execute(main::settle);
                }
            };
        });

        assertThat(log).containsOnlyOnce(STUCK);
        assertThat(waits)
                .containsExactly(Duration.ofMillis(100), Duration.ofMillis(100), Duration.ofMillis(100), forEver());
    }

    @Test
    void what_is_at_work_elsewhere_is_waited_for_in_silence() {
        boolean[] atWork = {true};
        String log = logOf(main -> {
            main.describe(() -> atWork[0] ? "" : "an answer");
            onWait = () -> {
                if (waits.size() == 1) {
                    atWork[0] = false;
                    loop.execute(() -> {});
                } else {
                    loop.execute(main::settle);
                }
            };
        });

        assertThat(log).doesNotContain(STUCK);
        assertThat(waits).containsExactly(forEver(), Duration.ofMillis(100));
    }

    @Test
    void timers_that_keep_no_loop_alive_do_not_hide_it() {
        String log = logOf(main -> {
            main.describe(() -> "an answer");
            loop.setInterval(() -> {}, 30).unref();
            onWait = () -> {
                if (waits.size() == 6) {
                    loop.execute(main::settle);
                }
            };
        });

        assertThat(log).containsOnlyOnce(STUCK);
        assertThat(waits.subList(0, 4))
                .containsExactly(
                        Duration.ofMillis(30), Duration.ofMillis(30), Duration.ofMillis(30), Duration.ofMillis(10));
    }

    private static Duration forEver() {
        return Duration.ofNanos(-1);
    }

    private final class ClockPoller implements Poller {

        @Override
        public int poll(long timeoutNanos) {
            if (timeoutNanos != 0) {
                waits.add(Duration.ofNanos(timeoutNanos));
                now += Math.max(timeoutNanos, 0);
                onWait.run();
            }
            return 0;
        }

        @Override
        public void wakeup() {}

        @Override
        public void close() {}
    }
}
