package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContextFrameTest {

    private final AsyncLocalStorage<String> user = new AsyncLocalStorage<>("user");
    private final AsyncLocalStorage<Integer> depth = new AsyncLocalStorage<>("depth");
    private final List<String> log = new ArrayList<>();

    private void note(String where) {
        log.add(where + "=" + user.getStore());
    }

    @Test
    void a_value_follows_everything_that_was_scheduled_under_it() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            user.run("ann", () -> {
                loop.nextTick(() -> note("tick"));
                loop.queueMicrotask(() -> note("micro"));
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
                loop.setImmediate(() -> async.close(() -> note("close")));
            });
            note("after");
            loop.setImmediate(() -> note("outside"));
        });
        assertThat(log)
                .contains(
                        "after=null",
                        "tick=ann",
                        "micro=ann",
                        "immediate=ann",
                        "tick of immediate=ann",
                        "timeout=ann",
                        "post=ann",
                        "request=ann",
                        "deferred=ann",
                        "async=ann",
                        "close=ann",
                        "outside=null");
        assertThat(log).hasSize(12);
    }

    @Test
    void values_nest_and_errors_put_the_former_frame_back() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.onUncaughtException((e, o) -> note("handler"));
            user.run("ann", () -> {
                depth.run(1, () -> {
                    user.run("bob", () -> note("inner"));
                    note("outer");
                    assertThat(depth.getStore()).isEqualTo(1);
                });
                assertThat(depth.getStore()).isNull();
                loop.setImmediate(() -> {
                    throw new IllegalStateException("boom");
                });
            });
            loop.setImmediate(() -> note("next"));
            user.run("eve", () -> user.run(null, () -> note("cleared")));
            assertThat(ContextFrame.current()).isSameAs(ContextFrame.root());
        });
        assertThat(log).containsExactly("inner=bob", "outer=ann", "cleared=null", "handler=null", "next=null");
    }

    @Test
    void enterWith_lasts_for_the_rest_of_the_callback_only() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {
            loop.setImmediate(() -> {
                user.enterWith("ann");
                note("rest");
                loop.nextTick(() -> note("tick"));
            });
            loop.setImmediate(() -> note("next"));
        });
        assertThat(log).containsExactly("rest=ann", "tick=ann", "next=null");
    }

    @Test
    void off_the_loop_there_is_only_the_root() {
        assertThat(ContextFrame.current()).isSameAs(ContextFrame.root());
        assertThat(user.getStore()).isNull();
    }
}
