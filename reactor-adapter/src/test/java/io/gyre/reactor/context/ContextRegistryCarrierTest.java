package io.gyre.reactor.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.work.WorkerPool;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop carries what a registry of Micrometer's context propagation knows of. */
@Timeout(300)
class ContextRegistryCarrierTest {

    private static final ThreadLocal<@Nullable String> TRACE = new ThreadLocal<>();
    private static final ThreadLocal<@Nullable String> TENANT = new ThreadLocal<>();
    private static final AsyncLocalStorage<String> USER = new AsyncLocalStorage<>("user");

    private final ContextRegistry registry = new ContextRegistry()
            .registerThreadLocalAccessor("trace", TRACE)
            .registerThreadLocalAccessor("tenant", TENANT)
            .registerThreadLocalAccessor(new ContextFrameAccessor())
            .registerThreadLocalAccessor(new AsyncLocalStorageAccessor<>("user", USER));
    private final List<String> seen = new ArrayList<>();

    private EventLoop newLoop() {
        return EventLoop.builder().carry(new ContextRegistryCarrier(registry)).build();
    }

    private void look(String where) {
        seen.add(where + " " + TRACE.get() + " " + TENANT.get() + " " + USER.getStore());
    }

    @AfterEach
    void nothingIsLeftBehind() {
        String left = TRACE.get() + " " + TENANT.get();
        TRACE.remove();
        TENANT.remove();
        assertThat(left).isEqualTo("null null");
    }

    @Test
    void every_callback_has_what_was_set_where_it_was_scheduled() {
        EventLoop loop = newLoop();
        loop.run(() -> {
            loop.nextTick(() -> look("before"));
            TRACE.set("t1");
            loop.setTimeout(() -> look("timer"), 1);
            TENANT.set("acme");
            loop.setImmediate(() -> look("immediate"));
            USER.run("ann", () -> Promise.resolve(1).thenAccept(one -> look("reaction")));
            TRACE.remove();
            TENANT.remove();
            loop.nextTick(() -> look("tick"));
        });
        // A timer of 1 ms may be due before the first check phase.
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        "before null null null",
                        "tick null null null",
                        "reaction t1 acme ann",
                        "immediate t1 acme null",
                        "timer t1 null null");
    }

    @Test
    void what_a_callback_leaves_on_the_thread_is_not_seen_by_the_next() {
        EventLoop loop = newLoop();
        loop.run(() -> {
            TRACE.set("main");
            loop.setImmediate(() -> {
                look("first");
                TRACE.set("first's own");
                TENANT.set("left behind");
            });
            TRACE.remove();
            loop.setImmediate(() -> look("second"));
        });
        assertThat(seen).containsExactly("first main null null", "second null null null");
    }

    @Test
    void workers_have_the_values_of_the_callback_that_asked_them() {
        EventLoop loop = newLoop();
        loop.run(() -> {
            TRACE.set("t2");
            WorkerPool.shared().submit(loop, WorkerPool.Kind.CPU, "a look", TRACE::get, (error, trace) -> {
                seen.add("worker " + trace);
                look("completion");
            });
            TRACE.remove();
        });
        assertThat(seen).containsExactly("worker t2", "completion t2 null null");
    }

    /** As Micrometer's accessor for observations does it: setting a value opens a scope, restoring one closes it. */
    private static final class Scoped implements ThreadLocalAccessor<String> {

        private static final ThreadLocal<ArrayDeque<String>> SCOPES = ThreadLocal.withInitial(ArrayDeque::new);

        @Override
        public Object key() {
            return "scoped";
        }

        @Override
        public @Nullable String getValue() {
            return SCOPES.get().peek();
        }

        @Override
        public void setValue(String value) {
            SCOPES.get().push(value);
        }

        @Override
        public void setValue() {
            if (!SCOPES.get().isEmpty()) {
                SCOPES.get().push("none");
            }
        }

        @Override
        public void restore(String previous) {
            SCOPES.get().pop();
        }

        @Override
        public void restore() {
            SCOPES.get().pop();
        }
    }

    @Test
    void each_scope_that_is_opened_is_closed() {
        registry.registerThreadLocalAccessor(new Scoped());
        EventLoop loop = newLoop();
        List<String> within = new ArrayList<>();
        loop.run(() -> {
            Scoped.SCOPES.get().push("observation");
            for (int i = 0; i < 100; i++) {
                loop.setImmediate(() -> within.add(String.join(",", Scoped.SCOPES.get())));
            }
            Scoped.SCOPES.get().pop();
        });
        assertThat(within).hasSize(100).containsOnly("observation");
        assertThat(Scoped.SCOPES.get()).isEmpty();
    }
}
