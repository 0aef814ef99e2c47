package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ErrorsAndExitTest {

    private final List<String> log = new ArrayList<>();

    private static RuntimeException error(String message) {
        return new IllegalStateException(message);
    }

    @Test
    void an_uncaught_error_ends_the_loop_with_one() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onExit(c -> log.add("exit " + c));
            loop.setExitCode(3);
            loop.setImmediate(() -> log.add("no"));
            loop.nextTick(() -> log.add("no"));
            throw error("boom");
        });
        assertThat(code).isEqualTo(1);
        assertThat(log).containsExactly("exit 1");
    }

    @Test
    void a_code_set_in_the_exit_listener_wins() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onExit(c -> loop.setExitCode(9));
            throw error("boom");
        });
        assertThat(code).isEqualTo(9);
    }

    @Test
    void a_handler_lets_the_loop_go_on() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onUncaughtException((e, origin) -> log.add(origin + " " + e.getMessage()));
            loop.setImmediate(() -> {
                throw error("first");
            });
            loop.setImmediate(() -> log.add("second"));
            loop.nextTick(() -> {
                throw error("tick");
            });
            loop.nextTick(() -> log.add("other tick"));
            loop.queueMicrotask(() -> {
                throw error("micro");
            });
            loop.queueMicrotask(() -> log.add("other micro"));
        });
        assertThat(code).isZero();
        assertThat(log)
                .containsExactly(
                        "UNCAUGHT_EXCEPTION tick",
                        "other tick",
                        "UNCAUGHT_EXCEPTION micro",
                        "other micro",
                        "UNCAUGHT_EXCEPTION first",
                        "second");
    }

    @Test
    void a_handler_that_throws_ends_the_loop_with_seven_and_no_exit_event() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onExit(c -> log.add("exit"));
            loop.onUncaughtException((e, origin) -> {
                throw error("in the handler");
            });
            throw error("boom");
        });
        assertThat(code).isEqualTo(7);
        assertThat(log).isEmpty();
    }

    @Test
    void a_service_loop_can_log_and_go_on() {
        EventLoop loop = EventLoop.builder().uncaughtErrors(UncaughtErrors.LOG).build();
        int code = loop.run(() -> {
            loop.setImmediate(() -> log.add("goes on"));
            throw error("logged");
        });
        assertThat(code).isZero();
        assertThat(log).containsExactly("goes on");
    }

    @Test
    void a_removed_handler_is_not_called() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            Registration handler = loop.onUncaughtException((e, origin) -> log.add("no"));
            handler.remove();
            handler.remove();
            throw error("boom");
        });
        assertThat(code).isEqualTo(1);
        assertThat(log).isEmpty();
    }

    @Test
    void exit_leaves_the_callback_and_runs_nothing_more() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onExit(c -> log.add("exit " + c));
            loop.setImmediate(() -> log.add("no"));
            loop.nextTick(() -> log.add("no"));
            try {
                throw loop.exit(5);
            } catch (Error swallowed) {
                log.add("catching it does not undo it");
            }
        });
        assertThat(code).isEqualTo(5);
        assertThat(log).containsExactly("exit 5", "catching it does not undo it");
    }

    @Test
    void before_exit_can_revive_the_loop() {
        EventLoop loop = EventLoop.create();
        int[] times = new int[1];
        int code = loop.run(() -> {
            loop.onBeforeExit(c -> {
                log.add("beforeExit");
                if (++times[0] < 3) {
                    loop.setImmediate(() -> log.add("revived"));
                }
            });
            loop.onExit(c -> log.add("exit " + c));
            loop.setExitCode(4);
        });
        assertThat(code).isEqualTo(4);
        assertThat(log).containsExactly("beforeExit", "revived", "beforeExit", "revived", "beforeExit", "exit 4");
    }

    @Test
    void exit_codes_out_of_range_are_refused() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            assertThatThrownBy(() -> loop.setExitCode(256)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> loop.setExitCode(-1)).hasMessageContaining("-1");
        });
    }

    @Test
    void an_unsettled_main_ends_with_thirteen_under_the_exit_policy() {
        EventLoop loop = EventLoop.create();
        assertThat(loop.run(main -> main.describe(() -> "a promise nobody settles"), UnsettledMain.EXIT))
                .isEqualTo(13);
    }

    @Test
    void an_unsettled_main_waits_for_another_thread_under_the_wait_policy() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(
                main -> {
                    Thread other = new Thread(() -> {
                        // The loop has nothing alive: only the wait policy lets this post arrive.
                        while (loop.phase() != Phase.POLL) {
                            Thread.onSpinWait();
                        }
                        loop.execute(() -> {
                            log.add("resumed");
                            main.settle();
                        });
                    });
                    other.start();
                },
                UnsettledMain.WAIT);
        assertThat(code).isZero();
        assertThat(log).containsExactly("resumed");
    }

    @Test
    void a_failed_main_is_an_uncaught_error() {
        EventLoop loop = EventLoop.create();
        assertThat(loop.run(main -> main.fail(error("main")), UnsettledMain.WAIT))
                .isEqualTo(1);
    }

    @Test
    void rejections_without_a_handler_are_uncaught_and_late_handlers_are_told() {
        EventLoop loop = EventLoop.create();
        int code = loop.run(() -> {
            loop.onUnhandledRejection((reason, promise) -> log.add("unhandled " + reason.getMessage() + " " + promise));
            loop.onRejectionHandled(promise -> log.add("handled " + promise));
            RejectionTracker.Rejection late = loop.rejectionTracker().reject("p1", error("late"));
            RejectionTracker.Rejection inTime = loop.rejectionTracker().reject("p2", error("in time"));
            loop.queueMicrotask(inTime::handle);
            loop.setImmediate(late::handle);
        });
        assertThat(code).isZero();
        assertThat(log).containsExactly("unhandled late p1", "handled p1");

        EventLoop strict = EventLoop.create();
        assertThat(strict.run(() -> strict.rejectionTracker().reject("p", error("nobody"))))
                .isEqualTo(1);

        EventLoop silent = EventLoop.builder()
                .unhandledRejections(UnhandledRejections.NONE)
                .build();
        assertThat(silent.run(() -> silent.rejectionTracker().reject("p", error("nobody"))))
                .isZero();
    }
}
