package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.gyre.loop.Phase;
import io.gyre.work.WorkerPool;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.test.scheduler.VirtualTimeScheduler;

@Timeout(300)
class EventLoopEndpointTest {

    private final EventLoopGroup group = EventLoopGroup.start(2);
    private final ApplicationLoops loops = new ApplicationLoops(group);
    private final LoopWatch watch = new LoopWatch(loops, Duration.ZERO);
    private final WorkerPool pool = WorkerPool.create(3);
    private final EventLoop loop = group.loops().get(0);
    private final EventLoop other = group.loops().get(1);

    /** The clock of the endpoint's patience: a loop has as much time as the test gives it. */
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();

    @AfterEach
    void end() {
        VirtualTimeScheduler.reset();
        group.close();
        pool.close();
    }

    @Test
    void each_loop_says_what_is_open_on_it() throws Exception {
        CompletableFuture<Void> set = new CompletableFuture<>();
        loop.execute(() -> {
            loop.setTimeout(() -> {}, 3_600_000);
            set.complete(null);
        });
        set.get(30, TimeUnit.SECONDS);

        EventLoopEndpoint.Description all =
                new EventLoopEndpoint(loops, pool, watch).eventLoops().block(Duration.ofSeconds(30));

        assertThat(all.loops()).extracting(EventLoopEndpoint.Loop::name).containsExactly(loop.name(), other.name());
        EventLoopEndpoint.Loop first = all.loops().get(0);
        assertThat(first.state()).isEqualTo("runs");
        assertThat(first.phase()).isEqualTo(Phase.POLL);
        assertThat(first.resources()).anyMatch(resource -> resource.kind().equals("Timeout"));
        assertThat(all.loops().get(1).resources())
                .noneMatch(resource -> resource.kind().equals("Timeout"));
        assertThat(all.pool()).isEqualTo(new EventLoopEndpoint.Pool(3, 0, 0));
    }

    @Test
    void a_loop_that_is_held_is_described_from_outside() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                hold.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            CompletableFuture<EventLoopEndpoint.Description> description =
                    new EventLoopEndpoint(loops, pool, watch).eventLoops().toFuture();
            // The other loop was asked before this.
            CompletableFuture.runAsync(() -> {}, other).get(30, TimeUnit.SECONDS);
            assertThat(description).isNotDone();
            clock.advanceTimeBy(Duration.ofSeconds(1));
            EventLoopEndpoint.Description all = description.get(30, TimeUnit.SECONDS);

            assertThat(all.loops().get(0).state()).isEqualTo("does not answer");
            assertThat(all.loops().get(0).resources()).isNull();
            assertThat(all.loops().get(1).state()).isEqualTo("runs");
        } finally {
            hold.countDown();
        }
    }

    @Test
    void the_meters_read_the_loops() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new LoopMetrics(loops, pool, watch).bindTo(registry);
        CompletableFuture<Long> turns = new CompletableFuture<>();
        loop.execute(() -> turns.complete(loop.turnCount()));

        assertThat(registry.get("gyre.loop.turns")
                        .tag("loop", loop.name())
                        .functionCounter()
                        .count())
                .isGreaterThanOrEqualTo(turns.get(30, TimeUnit.SECONDS) - 1.0);
        assertThat(registry.get("gyre.loop.handles")
                        .tag("loop", loop.name())
                        .gauge()
                        .value())
                .isEqualTo(1);
        assertThat(registry.get("gyre.loop.pending")
                        .tag("loop", other.name())
                        .gauge()
                        .value())
                .isZero();
        assertThat(registry.get("gyre.pool.size").gauge().value()).isEqualTo(3);
        assertThat(registry.find("gyre.loop.lag").timers()).isEmpty();
    }
}
