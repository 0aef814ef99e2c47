package io.gyre.benchmarks;

import io.gyre.reactor.LoopSchedulers;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A Reactor scheduler's hops: a worker's task that schedules the next one; {@code publishOn} behind a source that fuses
 * with it, and behind one that does not; and a pipeline that takes each element over to the scheduler by itself.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SchedulerHop {

    /** So many that the two wake-ups of a thread, some 70 µs on a virtual machine, do not count. */
    private static final int HOPS = 400_000;

    @Param({"gyre", "netty", "reactor", "parallel", "vertx"})
    public String contestant = "";

    @Param({"schedule", "fused", "unfused", "subscribeOn"})
    public String hop = "";

    private final Semaphore done = new Semaphore(0);

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Scheduler scheduler;

    @SuppressWarnings("NullAway.Init")
    private Scheduler.Worker worker;

    @SuppressWarnings("NullAway.Init")
    private Chain chain;

    @SuppressWarnings("NullAway.Init")
    private Flux<Integer> pipeline;

    /** Starts the contestant's thread. */
    @Setup
    public void start() {
        thread = Contestant.of(contestant);
        scheduler = scheduler();
        worker = scheduler.createWorker();
        chain = new WorkerChain(worker);
        pipeline = pipeline().doOnComplete(done::release);
    }

    private Flux<Integer> pipeline() {
        Flux<Integer> source = Flux.range(0, HOPS);
        return switch (hop) {
            case "fused" -> source.publishOn(scheduler);
            case "unfused" -> source.hide().publishOn(scheduler);
            default -> source.concatMap(each -> Flux.just(each).hide().subscribeOn(scheduler));
        };
    }

    private Scheduler scheduler() {
        if (thread instanceof GyreContestant gyre) {
            return LoopSchedulers.from(gyre.loop);
        }
        if (thread instanceof NettyContestant netty) {
            return Schedulers.fromExecutor(netty.loop);
        }
        if (thread instanceof VertxContestant vertx) {
            return Schedulers.fromExecutor(task -> vertx.context.runOnContext(nothing -> task.run()));
        }
        return ((ReactorContestant) thread).scheduler;
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        worker.dispose();
        scheduler.dispose();
        thread.close();
    }

    private static final class WorkerChain extends Chain {

        private final Scheduler.Worker worker;

        WorkerChain(Scheduler.Worker worker) {
            this.worker = worker;
        }

        @Override
        void begin() {
            worker.schedule(this);
        }

        @Override
        void next() {
            worker.schedule(this);
        }
    }

    @Benchmark
    @OperationsPerInvocation(HOPS)
    public void hops() throws InterruptedException {
        if (hop.equals("schedule")) {
            chain.runToTheEnd(HOPS);
        } else {
            pipeline.subscribe();
            done.acquire();
        }
    }
}
