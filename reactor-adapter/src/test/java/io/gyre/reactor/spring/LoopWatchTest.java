package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.health.contributor.Status;

@Timeout(60)
class LoopWatchTest {

    private final EventLoopGroup group = EventLoopGroup.start(2);
    private final ApplicationLoops loops = new ApplicationLoops(group);
    private final EventLoop loop = group.loops().get(0);
    private final EventLoop other = group.loops().get(1);
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void end() {
        hold.countDown();
        group.close();
    }

    @Test
    void a_loop_that_is_held_is_seen_with_its_stack_and_seen_to_be_free_again() throws Exception {
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        try (LoopWatch watch = new LoopWatch(loops, Duration.ofMillis(50), log::add).start()) {
            loop.execute(this::holdUntilFreed);

            String report = log.poll(30, TimeUnit.SECONDS);
            assertThat(report).contains(loop.name(), "has not answered", "holdUntilFreed");
            assertThat(watch.blockedFor(loop)).isGreaterThan(Duration.ofMillis(50));
            assertThat(watch.blockedFor(other)).isZero();

            hold.countDown();
            assertThat(log.poll(30, TimeUnit.SECONDS)).contains(loop.name(), "answers again");
            assertThat(watch.blockedFor(loop)).isZero();
        }
    }

    @Test
    void the_time_that_a_probe_waited_is_told() throws Exception {
        CompletableFuture<Long> lag = new CompletableFuture<>();
        try (LoopWatch watch = new LoopWatch(loops, Duration.ofMillis(40)).start()) {
            watch.onLag((of, nanos) -> {
                if (of == loop && nanos > TimeUnit.MILLISECONDS.toNanos(40)) {
                    lag.complete(nanos);
                }
            });
            loop.execute(this::holdUntilFreed);
            await(() -> !watch.blockedFor(loop).isZero());
            hold.countDown();

            assertThat(lag.get(30, TimeUnit.SECONDS)).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(40));
        }
    }

    @Test
    void without_a_threshold_there_is_no_thread_and_no_probe() {
        try (LoopWatch watch = new LoopWatch(loops, Duration.ZERO).start()) {
            assertThat(watch.isWatching()).isFalse();
            assertThat(watch.thread.getState()).isEqualTo(Thread.State.NEW);
            assertThat(watch.blockedFor(loop)).isZero();
        }
    }

    @Test
    void health_names_the_loop_that_is_held() throws Exception {
        try (LoopWatch watch = new LoopWatch(loops, Duration.ofMillis(40)).start()) {
            LoopHealthIndicator health = new LoopHealthIndicator(loops, watch);
            loop.execute(this::holdUntilFreed);
            await(() -> !watch.blockedFor(loop).isZero());

            assertThat(health.health().block().getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.health().block().getDetails().get(loop.name()))
                    .asString()
                    .startsWith("blocked for");
            assertThat(health.health().block().getDetails()).containsEntry(other.name(), "runs");

            hold.countDown();
            await(() -> watch.blockedFor(loop).isZero());
            assertThat(health.health().block().getStatus()).isEqualTo(Status.UP);
        }
    }

    @Test
    void health_is_down_when_a_loop_has_ended() throws Exception {
        try (LoopWatch watch = new LoopWatch(loops, Duration.ZERO)) {
            loop.shutdown(Duration.ZERO).get(30, TimeUnit.SECONDS);

            assertThat(new LoopHealthIndicator(loops, watch).health().block().getDetails())
                    .containsEntry(loop.name(), "ended")
                    .containsEntry(other.name(), "runs");
        }
    }

    private void holdUntilFreed() {
        try {
            hold.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for a condition; the test's timeout ends the wait. */
    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Thread.onSpinWait();
        }
    }
}
