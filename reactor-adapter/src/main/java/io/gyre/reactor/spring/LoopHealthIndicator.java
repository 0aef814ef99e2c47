package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import java.time.Duration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import reactor.core.publisher.Mono;

/** Up while every loop runs and answers. A loop that a callback holds for longer than the threshold is named. */
final class LoopHealthIndicator implements ReactiveHealthIndicator {

    private final ApplicationLoops loops;
    private final LoopWatch watch;

    LoopHealthIndicator(ApplicationLoops loops, LoopWatch watch) {
        this.loops = loops;
        this.watch = watch;
    }

    @Override
    public Mono<Health> health() {
        return Mono.fromCallable(this::look);
    }

    private Health look() {
        Health.Builder health = Health.up();
        for (EventLoop loop : loops.all()) {
            Duration blocked = watch.blockedFor(loop);
            if (loop.termination().isDone()) {
                health.down().withDetail(loop.name(), "ended");
            } else if (!blocked.isZero()) {
                health.down().withDetail(loop.name(), "blocked for " + blocked.toMillis() + " ms");
            } else {
                health.withDetail(loop.name(), "runs");
            }
        }
        return health.build();
    }
}
