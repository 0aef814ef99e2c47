package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gyre.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TimedOperationTest {

    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();
    private VirtualTime.Rig rig;
    private EventLoop loop;

    /** Logs that it is due, so many times. */
    private final class Logged extends TimedOperation {

        private final String label;
        private int times = 1;

        Logged(String label, long delayMillis, boolean ref) {
            super(loop, delayMillis, ref);
            this.label = label;
        }

        void start() {
            startTimer();
        }

        @Override
        public void run() {
            log.add(label + "@" + time.nanoTime() / 1_000_000);
            if (--times > 0) {
                refresh();
            }
        }
    }

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

    @Test
    void is_due_in_order_with_the_other_timers() {
        rig.run(() -> {
            loop.setTimeout(() -> log.add("before"), 5);
            new Logged("operation", 5, true).start();
            loop.setTimeout(() -> log.add("after"), 5);
        });
        advance(10);
        assertThat(log).containsExactly("before", "operation@5", "after");
    }

    @Test
    void waits_again_when_it_is_refreshed() {
        rig.run(() -> {
            Logged operation = new Logged("operation", 5, true);
            operation.times = 3;
            operation.start();
        });
        advance(20);
        assertThat(log).containsExactly("operation@5", "operation@10", "operation@15");
        assertThat(rig.turn()).isFalse();
    }

    @Test
    void does_not_begin_once_it_was_cleared() {
        rig.run(() -> {
            Logged cleared = new Logged("cleared", 5, true);
            cleared.clear();
            cleared.start();
            cleared.refresh();
            log.add("active: " + cleared.isActive());
            Logged clearedLater = new Logged("cleared later", 5, true);
            clearedLater.start();
            clearedLater.clear();
        });
        advance(10);
        assertThat(log).containsExactly("active: false");
    }

    @Test
    void is_not_set_by_a_refresh_alone() {
        rig.run(() -> new Logged("never started", 5, true).refresh());
        advance(10);
        assertThat(log).isEmpty();
    }

    @Test
    void keeps_the_loop_alive_only_where_it_is_told_to() {
        rig.run(() -> new Logged("unref'd", 5, false).start());
        assertThat(rig.turn()).isFalse();
        rig.run(() -> new Logged("ref'd", 5, true).start());
        assertThat(rig.turn()).isTrue();
    }

    @Test
    void runs_in_the_context_frame_it_was_started_in() {
        AsyncLocalStorage<String> storage = new AsyncLocalStorage<>("storage");
        rig.run(() -> {
            TimedOperation operation = new TimedOperation(loop, 5, true) {
                @Override
                public void run() {
                    log.add("in " + storage.getStore());
                }
            };
            storage.run("frame", operation::startTimer);
        });
        advance(10);
        assertThat(log).containsExactly("in frame");
    }

    @Test
    void is_given_to_those_who_take_what_an_ending_loop_drops() {
        List<Runnable> dropped = new ArrayList<>();
        Logged[] operation = new Logged[1];
        rig.run(() -> {
            loop.onDropped(dropped::add);
            operation[0] = new Logged("operation", 5, true);
            new AsyncLocalStorage<String>("storage").run("frame", operation[0]::start);
        });
        rig.close();
        assertThat(dropped).containsExactly(operation[0]);
    }

    @Test
    void is_made_anywhere_and_started_on_the_loop() {
        Logged made = CompletableFuture.supplyAsync(() -> new Logged("operation", 5, true))
                .join();
        CompletableFuture<Void> elsewhere = CompletableFuture.runAsync(made::start);
        assertThatThrownBy(elsewhere::join).hasRootCauseInstanceOf(IllegalStateException.class);
        rig.run(made::start);
        advance(10);
        assertThat(log).containsExactly("operation@5");
    }
}
