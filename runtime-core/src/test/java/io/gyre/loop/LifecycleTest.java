package io.gyre.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LifecycleTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void a_started_loop_lives_until_shutdown_and_then_refuses_posts() throws Exception {
        EventLoop loop = EventLoop.builder().name("service").build().start();
        CompletableFuture<String> thread = new CompletableFuture<>();
        loop.execute(() -> thread.complete(Thread.currentThread().getName()));
        assertThat(thread.get(30, TimeUnit.SECONDS)).isEqualTo("service");
        assertThat(loop.shutdown(LONG).get(30, TimeUnit.SECONDS)).isZero();
        assertThatThrownBy(() -> loop.execute(() -> {}))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("service");
        assertThat(loop.shutdown(LONG).get(30, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void shutdown_waits_for_what_is_under_way_and_closes_the_rest_at_its_deadline() throws Exception {
        EventLoop patient = EventLoop.create().start();
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        patient.execute(() -> patient.setTimeout(() -> ran.complete(true), 20));
        patient.execute(() -> patient.onShutdown(() -> ran.isDone()));
        patient.shutdown(LONG).get(30, TimeUnit.SECONDS);
        assertThat(ran).isCompletedWithValue(true);

        EventLoop held = EventLoop.create().start();
        CompletableFuture<Async> holder = new CompletableFuture<>();
        held.execute(() -> holder.complete(held.asyncHandle(() -> {})));
        holder.get(30, TimeUnit.SECONDS);
        assertThat(held.shutdown(Duration.ofMillis(10)).get(30, TimeUnit.SECONDS))
                .isZero();
        assertThat(holder.join().isClosing()).isTrue();
    }

    @Test
    void stop_ends_a_sleeping_loop_from_another_thread() throws Exception {
        for (Transport transport : availableTransports()) {
            EventLoop loop = EventLoop.builder().transport(transport).build().start();
            loop.stop();
            assertThat(loop.termination().get(30, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void posts_behind_the_one_that_exits_were_accepted_and_run() {
        EventLoop loop = EventLoop.create();
        AtomicInteger ran = new AtomicInteger();
        int code = loop.run(() -> {
            loop.execute(() -> loop.exit(3));
            for (int i = 0; i < 5; i++) {
                loop.execute(ran::incrementAndGet);
            }
        });
        assertThat(code).isEqualTo(3);
        assertThat(ran).hasValue(5);
    }

    static List<Transport> availableTransports() {
        return java.util.Arrays.stream(Transport.values())
                .filter(Transport::isAvailable)
                .toList();
    }

    @Test
    void a_loop_runs_once() {
        EventLoop loop = EventLoop.create();
        loop.run(() -> {});
        assertThatThrownBy(() -> loop.run(() -> {})).hasMessageContaining("runs once");
        assertThatThrownBy(loop::start).hasMessageContaining("runs once");
    }

    @Test
    void a_loop_cannot_be_run_from_within_another() {
        EventLoop outer = EventLoop.create();
        EventLoop inner = EventLoop.create();
        outer.run(() -> assertThatThrownBy(() -> inner.run(() -> {})).hasMessageContaining("runs a loop already"));
        assertThat(inner.run(() -> {})).isZero();
    }

    @Test
    void a_loop_that_never_ran_gives_back_its_descriptors() throws Exception {
        EventLoop loop = EventLoop.create();
        assertThat(loop.shutdown(LONG).get(30, TimeUnit.SECONDS)).isZero();
        assertThatThrownBy(() -> loop.run(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_wrong_thread_is_told_what_to_call() throws Exception {
        EventLoop loop = EventLoop.builder().name("mine").build().start();
        try {
            assertThatThrownBy(() -> loop.setTimeout(() -> {}, 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("setTimeout")
                    .hasMessageContaining("'mine'")
                    .hasMessageContaining(Thread.currentThread().getName())
                    .hasMessageContaining("loop.execute");
            assertThatThrownBy(() -> loop.nextTick(() -> {})).hasMessageContaining("nextTick");
            assertThatThrownBy(() -> loop.queueMicrotask(() -> {})).hasMessageContaining("queueMicrotask");
            assertThatThrownBy(() -> loop.setImmediate(() -> {})).hasMessageContaining("setImmediate");
            CompletableFuture<Immediate> immediate = new CompletableFuture<>();
            loop.execute(() -> immediate.complete(loop.setImmediate(() -> {})));
            Immediate set = immediate.get(30, TimeUnit.SECONDS);
            assertThatThrownBy(set::clear).hasMessageContaining("Immediate.clear");
            assertThatThrownBy(loop::activeResources).hasMessageContaining("activeResources");
            assertThatThrownBy(EventLoop::current).hasMessageContaining("runs no event loop");
            assertThat(loop.inEventLoop()).isFalse();
        } finally {
            loop.shutdown(LONG).get(30, TimeUnit.SECONDS);
        }
        assertThatThrownBy(() -> loop.setImmediate(() -> {})).hasMessageContaining("had ended");
    }

    @Test
    void an_idle_loop_makes_no_turns() throws Exception {
        for (Transport transport : availableTransports()) {
            EventLoop loop = EventLoop.builder().transport(transport).build().start();
            CountDownLatch asleep = new CountDownLatch(1);
            loop.execute(asleep::countDown);
            asleep.await(30, TimeUnit.SECONDS);
            while (loop.phase() != Phase.POLL) {
                Thread.onSpinWait();
            }
            long before = loop.turnCount();
            // Time is what is tested here: a loop that spun would make thousands of turns while another loop waits.
            // Where
            // the process is stopped and goes on, a sleep may end once.
            EventLoop other = EventLoop.create();
            other.run(() -> other.setTimeout(() -> {}, 200));
            assertThat(loop.turnCount() - before)
                    .as("turns of an idle loop on %s", transport)
                    .isLessThan(50);
            loop.shutdown(LONG).get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void a_group_hands_out_its_loops_in_turn() {
        try (EventLoopGroup group = EventLoopGroup.start(3)) {
            assertThat(group.loops()).hasSize(3);
            assertThat(List.of(group.next(), group.next(), group.next(), group.next()))
                    .containsExactly(
                            group.loops().get(0),
                            group.loops().get(1),
                            group.loops().get(2),
                            group.loops().get(0));
            AtomicInteger ran = new AtomicInteger();
            CompletableFuture<?>[] all = group.loops().stream()
                    .map(loop -> CompletableFuture.runAsync(ran::incrementAndGet, loop))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(all).orTimeout(30, TimeUnit.SECONDS).join();
            assertThat(ran).hasValue(3);
        }
        assertThatThrownBy(() -> EventLoopGroup.start(0)).hasMessageContaining("at least one");
    }

    @Test
    void the_driver_makes_single_turns_on_its_own_thread() {
        int[] turns = new int[1];
        try (LoopDriver driver = EventLoop.create().drive()) {
            EventLoop loop = driver.loop();
            driver.run(() -> loop.setImmediate(() -> {
                turns[0]++;
                loop.setImmediate(() -> turns[0]++);
            }));
            assertThat(turns[0]).isZero();
            assertThat(driver.turn()).isTrue();
            assertThat(turns[0]).isEqualTo(1);
            assertThat(driver.turn()).isFalse();
            assertThat(turns[0]).isEqualTo(2);
            assertThat(driver.end()).isZero();
            assertThat(driver.end()).isZero();
        }
    }

    @Test
    void the_end_of_a_loop_cannot_be_waited_for_on_the_thread_of_one() throws Exception {
        EventLoop one = EventLoop.create().start();
        EventLoop two = EventLoop.create().start();
        CompletableFuture<Void> own =
                CompletableFuture.runAsync(() -> one.termination().join(), one);
        assertThatThrownBy(() -> own.get(30, TimeUnit.SECONDS)).hasMessageContaining("its own end; use whenComplete");
        CompletableFuture<Void> other = CompletableFuture.runAsync(
                () -> one.termination().thenApply(code -> code).join(), two);
        assertThatThrownBy(() -> other.get(30, TimeUnit.SECONDS)).hasMessageContaining(one + " ends; use whenComplete");
        assertThat(one.shutdown(Duration.ofSeconds(30)).get(30, TimeUnit.SECONDS))
                .isZero();
        assertThat(two.shutdown(Duration.ofSeconds(30)).get(30, TimeUnit.SECONDS))
                .isZero();
    }
}
