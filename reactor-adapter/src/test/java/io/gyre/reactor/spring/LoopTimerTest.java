package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.netty.util.Timeout;
import io.netty.util.TimerTask;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoopTimerTest {

    private final EventLoop loop = EventLoop.create().start();
    private final LoopTimer timer = new LoopTimer(new ApplicationLoops(loop));

    @AfterEach
    void end() throws Exception {
        loop.shutdown(Duration.ZERO).get(30, TimeUnit.SECONDS);
    }

    @Test
    void a_task_runs_on_the_loop_when_it_is_due() throws Exception {
        CompletableFuture<Timeout> ran = new CompletableFuture<>();
        Timeout timeout = timer.newTimeout(
                told -> {
                    if (loop.inEventLoop()) {
                        ran.complete(told);
                    }
                },
                5,
                TimeUnit.MILLISECONDS);

        assertThat(ran.get(30, TimeUnit.SECONDS)).isSameAs(timeout);
        assertThat(timeout.isExpired()).isTrue();
        assertThat(timeout.cancel()).isFalse();
        assertThat(timeout.timer()).isSameAs(timer);
    }

    @Test
    void a_cancelled_task_does_not_run_and_is_told() throws Exception {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        Timeout timeout = timer.newTimeout(
                new TimerTask() {
                    @Override
                    public void run(Timeout told) {
                        ran.complete(null);
                    }

                    @Override
                    public void cancelled(Timeout told) {
                        cancelled.complete(null);
                    }
                },
                1,
                TimeUnit.HOURS);

        assertThat(timeout.cancel()).isTrue();
        cancelled.get(30, TimeUnit.SECONDS);
        assertThat(timeout.isCancelled()).isTrue();
        assertThat(timeout.isExpired()).isFalse();
        assertThat(timeout.cancel()).isFalse();
        assertThat(ran).isNotDone();
    }

    @Test
    void a_task_that_fails_ends_nothing() throws Exception {
        timer.newTimeout(
                told -> {
                    throw new IllegalStateException("expected");
                },
                0,
                TimeUnit.MILLISECONDS);
        CompletableFuture<Void> next = new CompletableFuture<>();
        timer.newTimeout(told -> next.complete(null), 1, TimeUnit.MILLISECONDS);

        next.get(30, TimeUnit.SECONDS);
        assertThat(loop.termination()).isNotDone();
    }

    @Test
    void a_task_that_waits_does_not_keep_the_loop_alive() throws Exception {
        timer.newTimeout(told -> {}, 1, TimeUnit.HOURS);

        loop.shutdown(Duration.ofMinutes(5)).get(30, TimeUnit.SECONDS);
    }
}
