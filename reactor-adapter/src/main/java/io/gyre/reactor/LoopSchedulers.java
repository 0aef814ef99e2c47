package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor schedulers whose tasks run on event loops.
 *
 * <p><b>Thread.</b> Every task is a macrotask on the loop's thread, also when that thread schedules it: it runs in the
 * poll phase and the tick and microtask queues drain after it. Schedulers, workers and what {@code schedule} returns
 * may be used from any thread. Once this class is used, Reactor treats every thread that runs a loop as one that must
 * not block: {@code block()} fails there.
 *
 * <p><b>Order.</b> Tasks without a delay run in the order in which they were scheduled, whether by the scheduler or by
 * one of its workers, and in order with what else is posted to the loop. Equal delays of one thread keep their order.
 *
 * <p><b>Time.</b> Delays are timers of the loop: rounded up to milliseconds and never early. Periods keep a fixed grid,
 * so that lateness does not add up, but those that a stall swallowed are left out, not made up for in a burst.
 * {@code now} follows the loop's ticker, from the wall clock's time when the scheduler was made. A task that waits keeps
 * the loop alive like any timer.
 *
 * <p><b>Errors.</b> What a task throws goes to the loop's error policy, which stands in for the thread's uncaught
 * exception handler, then to {@code Schedulers.onHandleError}. A periodic task goes on if the loop does. Every task
 * passes {@code Schedulers.onSchedule}.
 *
 * <p><b>End.</b> Disposing a worker or a scheduler cancels what it has scheduled and rejects more with a
 * {@link java.util.concurrent.RejectedExecutionException}; the loop goes on. {@code disposeGracefully} lets tasks
 * without a delay that were scheduled before run first. A loop that has ended rejects every task.
 */
public final class LoopSchedulers {

    static {
        LoopThreads.areNonBlocking();
    }

    private LoopSchedulers() {}

    /**
     * Makes a scheduler over one loop. The loop need not run yet.
     *
     * @param loop where the tasks run
     * @return a new scheduler
     */
    public static Scheduler from(EventLoop loop) {
        return new LoopScheduler(Objects.requireNonNull(loop, "loop"));
    }

    /**
     * Makes a scheduler over the loops of a group. Each worker stays on one loop, and with it the pipeline that uses
     * it; tasks that are scheduled without a worker take the loops in turn and have no order among them.
     *
     * @param group where the tasks run
     * @return a new scheduler
     */
    public static Scheduler from(EventLoopGroup group) {
        return new LoopGroupScheduler(Objects.requireNonNull(group, "group"), false);
    }

    /**
     * Makes Reactor's own schedulers {@code parallel} and {@code single} over loops, for the whole JVM:
     *
     * <pre>{@code
     * Schedulers.setFactory(LoopSchedulers.factory(group));
     * }</pre>
     *
     * <p>Operators that take time and are given no scheduler, such as {@code delayElements} and {@code timeout}, then stay
     * on the loop of the group that they are used on; elsewhere they take the loops in turn. So does what
     * {@code Schedulers.newParallel} and {@code newSingle} make from then on, for whomever and under whatever name.
     * {@code boundedElastic} is Reactor's as before. Disposing of such a scheduler leaves the loops running.
     *
     * <p>What keeps a processor busy, and was sent to {@code parallel} to spare the loops, holds a loop now: give it to
     * {@link LoopMono#blocking(EventLoop, java.util.concurrent.Callable)} or {@code boundedElastic}. Call
     * {@code Schedulers.resetFactory()} before the loops end: from then on the schedulers reject.
     *
     * @param group where the tasks run
     * @return for {@code Schedulers.setFactory}
     */
    public static Schedulers.Factory factory(EventLoopGroup group) {
        Objects.requireNonNull(group, "group");
        return new Schedulers.Factory() {

            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                return new LoopGroupScheduler(group, true);
            }

            @Override
            public Scheduler newSingle(ThreadFactory threads) {
                return new LoopScheduler(group.next());
            }
        };
    }

    /**
     * Makes Reactor treat every thread that runs a loop as one that must not block, as the use of any other method of
     * this class does. For those who put Reactor on a loop without a scheduler.
     */
    public static void markLoopThreadsNonBlocking() {
        LoopThreads.areNonBlocking();
    }
}
