package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LivenessTest {

    private final List<String> log = new ArrayList<>();

    @Test
    void an_empty_loop_ends_at_once_with_zero() {
        EventLoop loop = EventLoop.create();
        assertThat(loop.run(() -> {})).isZero();
        assertThat(loop.turnCount()).isZero();
        assertThat(loop.phase()).isEqualTo(Phase.CLOSED);
    }

    @Test
    void what_keeps_the_loop_alive_can_be_asked_for_by_name() {
        EventLoop loop = EventLoop.create();
        List<ActiveResource> seen = new ArrayList<>();
        loop.run(() -> {
            Async async = loop.asyncHandle(() -> {});
            Timer timer = loop.setTimeout(() -> {}, 5_000);
            Timer unref = loop.setTimeout(() -> {}, 6_000).unref();
            Immediate immediate = loop.setImmediate(() -> {});
            Request request = new Request(loop, "lookup") {
                @Override
                protected String describe() {
                    return "example.org";
                }
            };
            seen.addAll(loop.activeResources());
            async.close();
            timer.clear();
            unref.clear();
            immediate.clear();
            request.complete(() -> {});
        });
        assertThat(seen)
                .extracting(ActiveResource::toString)
                .contains(
                        "Timeout after 5000 ms",
                        "Timeout after 6000 ms (unref)",
                        "Immediate 1 set",
                        "lookup example.org")
                .anyMatch(s -> s.startsWith("Async "));
    }

    @Test
    void an_async_keeps_the_loop_alive_until_closed_and_coalesces() throws Exception {
        EventLoop loop = EventLoop.create();
        int[] calls = new int[1];
        loop.run(() -> {
            Async[] async = new Async[1];
            async[0] = loop.asyncHandle(() -> {
                calls[0]++;
                async[0].close(() -> log.add("closed"));
            });
            for (int i = 0; i < 100; i++) {
                async[0].send();
            }
        });
        assertThat(calls[0]).isEqualTo(1);
        assertThat(log).containsExactly("closed");
    }

    @Test
    void an_unref_handle_does_not_keep_it_but_is_closed_on_the_way_out() {
        EventLoop loop = EventLoop.create();
        boolean[] released = new boolean[1];
        class Resource extends Handle {
            Resource() {
                super(loop, "Resource");
                activate();
            }

            @Override
            protected void onClose() {
                released[0] = true;
            }
        }
        assertThat(loop.run(() -> new Resource().unref())).isZero();
        assertThat(released[0]).isTrue();
    }

    @Test
    void a_closed_handle_calls_back_once_and_cannot_be_used_again() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            Prepare prepare = loop.prepare();
            prepare.start(() -> {});
            prepare.close(() -> log.add("closed"));
            prepare.close(() -> log.add("no"));
            assertThat(prepare.isClosing()).isTrue();
            assertThatThrownBy(() -> prepare.start(() -> {}))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        });
        assertThat(log).containsExactly("closed");
    }

    @Test
    void a_request_completes_once_and_from_any_thread() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            Request request = new Request(loop, "work");
            new Thread(() -> request.complete(() -> {
                        log.add("done on loop " + loop.inEventLoop());
                        assertThatThrownBy(() -> request.complete(() -> {})).isInstanceOf(IllegalStateException.class);
                    }))
                    .start();
        });
        assertThat(log).containsExactly("done on loop true");
    }

    @Test
    void an_immediate_that_is_unref_does_not_keep_the_loop() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.setImmediate(() -> log.add("no")).unref();
            Immediate cleared = loop.setImmediate(() -> log.add("no"));
            assertThat(cleared.hasRef()).isTrue();
            cleared.clear();
            assertThat(cleared.hasRef()).isFalse();
        });
        assertThat(log).isEmpty();
    }
}
