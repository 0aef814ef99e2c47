package io.gyre.reactor.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.gyre.work.WorkerPool;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

class UploadsOnLoopTest {

    private final EventLoop loop = EventLoop.create().start();
    private final WorkerPool pool = WorkerPool.create(1);

    @AfterEach
    void end() throws Exception {
        pool.close();
        loop.shutdown(Duration.ZERO).get(30, TimeUnit.SECONDS);
    }

    private Scheduler files() {
        StaticListableBeanFactory beans = new StaticListableBeanFactory();
        beans.addBean("loops", new ApplicationLoops(loop));
        beans.addBean("pool", pool);
        return new UploadsOnLoop(beans.getBeanProvider(ApplicationLoops.class), beans.getBeanProvider(WorkerPool.class))
                .onPool();
    }

    private CompletableFuture<Boolean> subscribeOnLoop() {
        Scheduler files = files();
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        loop.execute(() -> Mono.fromCallable(loop::inEventLoop)
                .subscribeOn(files)
                .subscribe(outcome::complete, outcome::completeExceptionally));
        return outcome;
    }

    @Test
    void the_files_are_worked_on_by_the_pool() throws Exception {
        assertThat(subscribeOnLoop().get(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void whoever_waits_for_a_file_is_told_that_the_pool_is_closed() {
        pool.close();

        assertThat(subscribeOnLoop())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingRootCause()
                .isInstanceOf(IllegalStateException.class)
                .withMessageContaining("worker pool is closed");
    }
}
