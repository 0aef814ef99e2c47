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

@Timeout(300)
class LoopWatchTest {

    private final EventLoopGroup group = EventLoopGroup.start(2);
    private final ApplicationLoops loops = new ApplicationLoops(group);
    private final EventLoop loop = group.loops().get(0);
    private final EventLoop other = group.loops().get(1);
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch hold = new CountDownLatch(1);

    @AfterEach
    void end() {
        hold.countDown();
        group.close();
    }

    @Test
    void a_loop_that_is_held_is_seen_with_its_stack_and_seen_to_be_free_again() throws Exception {
        BlockingQueue<String> log = new LinkedBlockingQueue<>();
        try (LoopWatch watch = new LoopWatch(loops, Duration.ofMillis(50), text -> {
            // A busy machine may hold the other one too, for a while, and this one before it is held here.
            if (held.getCount() == 0 && text.startsWith("Event loop '" + loop.name() + "'")) {
                log.add(text);
            }
        })) {
            // Held between two probes: whenever the machine is slow, the next one finds the loop here.
            watch.onLag((of, nanos) -> {
                if (of == loop && held.getCount() > 0) {
                    loop.execute(this::holdUntilFreed);
                    awaitUninterrupted(held);
                }
            });
            watch.start();

            String report = log.poll(30, TimeUnit.SECONDS);
            // The end of a slow start.
            if (report != null && report.contains("answers again")) {
                report = log.poll(30, TimeUnit.SECONDS);
            }
            assertThat(report).contains(loop.name(), "has not answered", "holdUntilFreed");
            assertThat(watch.blockedFor(loop)).isGreaterThan(Duration.ofMillis(50));
            await(() -> watch.blockedFor(other).isZero());

            hold.countDown();
            assertThat(log.poll(30, TimeUnit.SECONDS)).contains(loop.name(), "answers again");
            await(() -> watch.blockedFor(loop).isZero());
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
            held.await();
            await(() -> !watch.blockedFor(loop).isZero());

            assertThat(health.health().block().getStatus()).isEqualTo(Status.DOWN);
            assertThat(health.health().block().getDetails().get(loop.name()))
                    .asString()
                    .startsWith("blocked for");
            // A busy machine may hold the other one too, for a while.
            await(() -> "runs".equals(health.health().block().getDetails().get(other.name())));

            hold.countDown();
            await(() -> Status.UP.equals(health.health().block().getStatus()));
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
        held.countDown();
        awaitUninterrupted(hold);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
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
