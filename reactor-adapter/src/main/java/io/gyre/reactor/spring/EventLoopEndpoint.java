package io.gyre.reactor.spring;

import io.gyre.loop.ActiveResource;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Phase;
import io.gyre.reactor.LoopSchedulers;
import io.gyre.work.WorkerPool;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The actuator's endpoint {@code eventloop}: the loops, what is open on them, and the worker pool.
 *
 * <p><b>Thread.</b> Each loop describes itself, on its own thread. One that does not answer within a second is described
 * by what can be seen from elsewhere.
 */
@Endpoint(id = "eventloop")
final class EventLoopEndpoint {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final ApplicationLoops loops;
    private final WorkerPool pool;
    private final LoopWatch watch;

    EventLoopEndpoint(ApplicationLoops loops, WorkerPool pool, LoopWatch watch) {
        this.loops = loops;
        this.pool = pool;
        this.watch = watch;
    }

    /**
     * Describes the loops.
     *
     * @return one description
     */
    @ReadOperation
    public Mono<Description> eventLoops() {
        return Flux.fromIterable(loops.all())
                .flatMapSequential(this::describe)
                .collectList()
                .map(all -> new Description(all, new Pool(pool.size(), pool.active(), pool.queued())));
    }

    private Mono<Loop> describe(EventLoop loop) {
        Mono<Loop> itself = Mono.create(sink -> ask(loop, sink));
        EventLoop here = loops.currentOrNull();
        Mono<Loop> inTime =
                here == null ? itself.timeout(PATIENCE) : itself.timeout(PATIENCE, LoopSchedulers.from(here));
        return inTime.onErrorResume(noAnswer -> Mono.fromCallable(() -> fromOutside(loop)));
    }

    private void ask(EventLoop loop, MonoSink<Loop> sink) {
        try {
            loop.execute(() -> sink.success(describe(loop, loop.activeResources())));
        } catch (RejectedExecutionException ended) {
            sink.error(ended);
        }
    }

    private Loop fromOutside(EventLoop loop) {
        return describe(loop, null);
    }

    private Loop describe(EventLoop loop, @Nullable List<ActiveResource> resources) {
        return new Loop(
                loop.name(),
                loop.toString(),
                loop.termination().isDone() ? "ended" : resources == null ? "does not answer" : "runs",
                loop.phase(),
                loop.turnCount(),
                loop.pendingTasks(),
                watch.blockedFor(loop).toMillis(),
                resources);
    }

    /**
     * All of it.
     *
     * @param loops the loops
     * @param pool the worker pool
     */
    public record Description(List<Loop> loops, Pool pool) {}

    /**
     * A loop.
     *
     * @param name the name, which is also that of its thread
     * @param description the name and the transport
     * @param state {@code runs}, {@code does not answer} or {@code ended}
     * @param phase the phase it was in
     * @param turns how many turns it has begun
     * @param pending how many posted tasks wait
     * @param blockedForMillis how long it has not answered, once that is longer than the threshold
     * @param resources what is open or under way on it; null where it does not answer
     */
    public record Loop(
            String name,
            String description,
            String state,
            Phase phase,
            long turns,
            int pending,
            long blockedForMillis,
            @Nullable List<ActiveResource> resources) {}

    /**
     * A worker pool.
     *
     * @param size threads that there may be
     * @param active jobs that run
     * @param queued jobs that wait
     */
    public record Pool(int size, int active, int queued) {}
}
