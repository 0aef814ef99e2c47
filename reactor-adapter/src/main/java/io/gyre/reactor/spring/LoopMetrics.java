package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.work.WorkerPool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The meters of the loops and of the worker pool. What is read of a loop is a recent value: no meter is a task on one.
 */
final class LoopMetrics implements MeterBinder {

    private final ApplicationLoops loops;
    private final WorkerPool pool;
    private final LoopWatch watch;

    LoopMetrics(ApplicationLoops loops, WorkerPool pool, LoopWatch watch) {
        this.loops = loops;
        this.pool = pool;
        this.watch = watch;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (EventLoop loop : loops.all()) {
            Tags tags = Tags.of("loop", loop.name());
            FunctionCounter.builder("gyre.loop.turns", loop, EventLoop::turnCount)
                    .description("Turns that the loop has begun")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("gyre.loop.pending", loop, EventLoop::pendingTasks)
                    .description("Tasks that were posted to the loop and have not run")
                    .tags(tags)
                    .register(registry);
            Gauge.builder("gyre.loop.handles", loop, EventLoop::activeCount)
                    .description("Handles and requests that keep the loop alive, such as open channels")
                    .tags(tags)
                    .register(registry);
        }
        Gauge.builder("gyre.pool.size", pool, WorkerPool::size)
                .description("Threads that the worker pool may have")
                .register(registry);
        Gauge.builder("gyre.pool.active", pool, WorkerPool::active)
                .description("Jobs that run on the worker pool")
                .register(registry);
        Gauge.builder("gyre.pool.queued", pool, WorkerPool::queued)
                .description("Jobs that wait for a thread of the worker pool")
                .register(registry);
        if (watch.isWatching()) {
            bindLag(registry);
        }
    }

    private void bindLag(MeterRegistry registry) {
        Map<EventLoop, Timer> timers = new ConcurrentHashMap<>();
        for (EventLoop loop : loops.all()) {
            timers.put(
                    loop,
                    Timer.builder("gyre.loop.lag")
                            .description("How long a task that was posted to the loop had to wait")
                            .tags(Tags.of("loop", loop.name()))
                            .register(registry));
        }
        watch.onLag((loop, nanos) -> {
            Timer timer = timers.get(loop);
            if (timer != null) {
                timer.record(Duration.ofNanos(nanos));
            }
        });
    }
}
