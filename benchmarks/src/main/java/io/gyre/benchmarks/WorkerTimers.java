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
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Delayed tasks of one worker of a Reactor scheduler: 1,000 are scheduled and then disposed of, first come first served,
 * while others of the same worker wait. Operators that take time, such as {@code timeout} and {@code delayElements},
 * keep theirs with a worker.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WorkerTimers {

    private static final int TIMERS = 1_000;
    private static final long DELAY_MILLIS = 5_000;

    /** Long enough not to fire while the benchmark runs. */
    private static final int HOUR = 3_600_000;

    @Param({"gyre", "netty", "reactor", "parallel"})
    public String contestant = "";

    @Param({"1000", "100000"})
    public int outstanding;

    private final Semaphore done = new Semaphore(0);
    private final Disposable[] timers = new Disposable[TIMERS];

    @SuppressWarnings("NullAway.Init")
    private Contestant thread;

    @SuppressWarnings("NullAway.Init")
    private Scheduler.Worker worker;

    @SuppressWarnings("NullAway.Init")
    private Runnable post;

    /** Starts the contestant's thread and sets the timers that wait. */
    @Setup
    public void start() throws InterruptedException {
        thread = Contestant.of(contestant);
        worker = scheduler().createWorker();
        post = thread.post(this::setAndDispose);
        thread.post(this::setOutstanding).run();
        done.acquire();
    }

    private Scheduler scheduler() {
        if (thread instanceof GyreContestant gyre) {
            return LoopSchedulers.from(gyre.loop);
        }
        if (thread instanceof NettyContestant netty) {
            return Schedulers.fromExecutorService(netty.loop);
        }
        return ((ReactorContestant) thread).scheduler;
    }

    /** Ends the contestant's thread. */
    @TearDown
    public void end() {
        worker.dispose();
        thread.close();
    }

    private void setOutstanding() {
        for (int i = 0; i < outstanding; i++) {
            worker.schedule(() -> {}, HOUR + i % 1_000, TimeUnit.MILLISECONDS);
        }
        done.release();
    }

    private void setAndDispose() {
        for (int i = 0; i < TIMERS; i++) {
            timers[i] = worker.schedule(() -> {}, DELAY_MILLIS, TimeUnit.MILLISECONDS);
        }
        for (int i = 0; i < TIMERS; i++) {
            timers[i].dispose();
        }
        done.release();
    }

    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void setAndDisposeOfEach() throws InterruptedException {
        post.run();
        done.acquire();
    }
}
