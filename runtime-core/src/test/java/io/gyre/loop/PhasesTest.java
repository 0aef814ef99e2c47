package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.testing.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PhasesTest {

    private final List<String> log = new ArrayList<>();

    @Test
    void a_turn_goes_through_its_phases_in_order() {
        VirtualTime time = new VirtualTime();
        try (VirtualTime.Rig rig = time.drive()) {
            EventLoop loop = rig.loop();
            rig.run(() -> {
                loop.setTimeout(() -> phase(loop, "timer"), 1);
                loop.setImmediate(() -> phase(loop, "immediate"));
                loop.execute(() -> phase(loop, "posted"));
                Idle idle = loop.idle();
                idle.start(() -> phase(loop, "idle"));
                Prepare prepare = loop.prepare();
                prepare.start(() -> phase(loop, "prepare"));
                Check check = loop.check();
                check.start(() -> phase(loop, "check"));
                new Request(loop, "failed").defer(() -> phase(loop, "pending"));
                new Handle(loop, "test") {}.close(() -> phase(loop, "close"));
                loop.setImmediate(() -> {
                    idle.close();
                    prepare.close();
                    check.stop();
                });
            });
            time.elapse(Duration.ofMillis(1));
            rig.turn();
        }
        assertThat(log)
                .containsExactly(
                        "pending in PENDING",
                        "idle in IDLE",
                        "prepare in PREPARE",
                        "posted in POLL",
                        "check in CHECK",
                        "immediate in CHECK",
                        "close in CLOSING",
                        "timer in TIMERS");
    }

    private void phase(EventLoop loop, String label) {
        log.add(label + " in " + loop.phase());
    }

    @Test
    void queues_drain_after_every_callback_ticks_first() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            for (int i = 1; i <= 2; i++) {
                int n = i;
                loop.setImmediate(() -> {
                    log.add("immediate" + n);
                    loop.queueMicrotask(() -> {
                        log.add("micro" + n);
                        loop.nextTick(() -> log.add("tick from micro" + n));
                        loop.queueMicrotask(() -> log.add("micro from micro" + n));
                    });
                    loop.nextTick(() -> {
                        log.add("tick" + n);
                        loop.nextTick(() -> log.add("tick from tick" + n));
                    });
                });
            }
        });
        assertThat(log)
                .containsExactly(
                        "immediate1",
                        "tick1",
                        "tick from tick1",
                        "micro1",
                        "micro from micro1",
                        "tick from micro1",
                        "immediate2",
                        "tick2",
                        "tick from tick2",
                        "micro2",
                        "micro from micro2",
                        "tick from micro2");
    }

    @Test
    void an_immediate_set_in_the_check_phase_waits_for_the_next_turn() {
        EventLoop loop = EventLoop.create();
        long[] turns = new long[2];
        loop.run(() -> loop.setImmediate(() -> {
            turns[0] = loop.turnCount();
            loop.setImmediate(() -> turns[1] = loop.turnCount());
        }));
        assertThat(turns[1]).isEqualTo(turns[0] + 1);
    }

    @Test
    void a_watcher_stopped_by_another_does_not_run() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            Prepare first = loop.prepare();
            Prepare second = loop.prepare();
            first.start(() -> {
                log.add("first");
                second.stop();
                first.close();
            });
            second.start(() -> log.add("second"));
            loop.setImmediate(() -> log.add("immediate"));
        });
        assertThat(log).containsExactly("first", "immediate");
    }

    @Test
    void what_is_posted_by_a_post_waits_for_the_next_turn() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> loop.execute(() -> {
            log.add("post1");
            loop.setImmediate(() -> log.add("immediate"));
            loop.execute(() -> log.add("post2"));
        }));
        assertThat(log).containsExactly("post1", "immediate", "post2");
    }

    @Test
    void a_chain_of_immediates_still_polls() {
        EventLoop loop = EventLoop.create();
        int[] hops = new int[1];
        boolean[] posted = new boolean[1];
        loop.run(() -> {
            Runnable[] hop = new Runnable[1];
            hop[0] = () -> {
                if (++hops[0] == 10_000) {
                    loop.execute(() -> posted[0] = true);
                }
                if (!posted[0]) {
                    loop.setImmediate(hop[0]);
                }
            };
            loop.setImmediate(hop[0]);
        });
        assertThat(posted[0]).isTrue();
        assertThat(hops[0]).as("the post was taken in the very next poll phase").isEqualTo(10_001);
    }
}
