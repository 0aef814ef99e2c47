package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * The tick queue, the microtask queue and the scope around every callback, which drains both when it closes.
 *
 * <p>Ticks run before microtasks; what either adds runs in the same drain; then failed promises without a handler are
 * reported, and what that adds runs too (Node's {@code processTicksAndRejections}). An error in a tick, or in a listener
 * for rejections, ends a drain; the check phase begins with another one.
 * Confined to the loop's thread.
 */
final class TaskQueues {

    private final Ring<Runnable> ticks = new Ring<>();
    private final Ring<Runnable> microtasks = new Ring<>();

    private final EventLoop loop;
    private final ExitStatus exit;
    private final ErrorPolicy errors;
    private final RejectionTracker rejections;

    /** How many callback scopes are open; the outermost one drains. */
    private int depth;

    /** Whether the last callback left an error. */
    private boolean failed;

    /**
     * Whether something may be left to do when a callback returns: a tick, a microtask, a rejection, a context frame to
     * leave, the end of the loop. One field that stands for all, since it is asked after every callback.
     */
    private boolean due = true;

    TaskQueues(EventLoop loop, ExitStatus exit, ErrorPolicy errors, RejectionTracker rejections) {
        this.loop = loop;
        this.exit = exit;
        this.errors = errors;
        this.rejections = rejections;
    }

    void addTick(Runnable tick) {
        due = true;
        ticks.add(tick);
    }

    void addMicrotask(Runnable microtask) {
        due = true;
        microtasks.add(microtask);
    }

    /** Something else than a tick or a microtask is to be seen to when the running callback returns. */
    void setDue() {
        due = true;
    }

    /**
     * Runs one callback and drains after it. Inside another callback it just runs: the outer one drains. After a callback
     * that failed nothing drains: as in Node, what it queued runs after the next callback.
     */
    void run(Runnable callback) {
        if (depth != 0) {
            callback.run();
            return;
        }
        depth = 1;
        failed = false;
        try {
            callback.run();
        } catch (Throwable t) {
            failed(t);
            return;
        } finally {
            depth = 0;
        }
        if (due) {
            afterCallback();
        }
    }

    /**
     * Runs a timer as {@link #run} runs a callback. The timer is passed on and kept nowhere: a loop is an old object, and
     * to write a young one into it has its price with G1.
     */
    void fire(TimerLists timers, Timer timer) {
        if (depth != 0) {
            timers.fire(timer);
            return;
        }
        depth = 1;
        failed = false;
        try {
            timers.fire(timer);
        } catch (Throwable t) {
            failed(t);
            return;
        } finally {
            depth = 0;
        }
        if (due) {
            afterCallback();
        }
    }

    /**
     * Runs the immediates that are there now, each as {@link #run} runs a callback. One that is no {@link Immediate} runs
     * as if it were the first microtask after a callback: the microtasks that it queues run before its ticks. If the last
     * one fails, the phase goes on with what was set meanwhile, as in Node.
     */
    void runAll(ImmediateQueue immediates) {
        int left = immediates.size();
        while (left > 0 && !exit.halted()) {
            depth = 1;
            try {
                while (left > 0) {
                    left--;
                    Object item = immediates.poll();
                    if (item instanceof Immediate immediate) {
                        Runnable callback = immediate.take();
                        if (callback != null) {
                            callback.run();
                        }
                    } else if (item != null) {
                        ((Runnable) item).run();
                        if (due && !exit.halted()) {
                            leaveFrame();
                            runAll(microtasks);
                        }
                    }
                    if (due) {
                        afterCallback();
                        if (exit.halted()) {
                            return;
                        }
                    }
                }
            } catch (Throwable t) {
                failed(t);
                if (left == 0) {
                    left = immediates.size();
                }
            } finally {
                depth = 0;
            }
        }
    }

    private void afterCallback() {
        leaveFrame();
        drain();
    }

    private void failed(Throwable error) {
        failed = true;
        errors.uncaught(error);
        leaveFrame();
    }

    /** The loop has ended: what is queued does not run any more. */
    void dropAll() {
        ticks.clear();
        Runnable task;
        while ((task = microtasks.poll()) != null) {
            loop.lifecycle.drop(task);
        }
        microtasks.clear();
    }

    /** Ends what a callback entered with {@link AsyncLocalStorage#enterWith}, or left on the thread: the next one starts from the root. */
    private void leaveFrame() {
        if (loop.frame != ContextFrame.ROOT) {
            loop.leaveFrame(ContextFrame.ROOT);
        }
    }

    /** Opens a scope around code that is not a callback of ours, such as a foreign I/O handler. */
    void enter() {
        depth++;
    }

    /** Closes a scope; the outermost one drains. */
    void exit() {
        if (--depth == 0) {
            drain();
        }
    }

    boolean inCallback() {
        return depth != 0;
    }

    boolean isEmpty() {
        return ticks.isEmpty() && microtasks.isEmpty();
    }

    /** Whether the callback that ran last left an error, and with it no drain. */
    boolean lastFailed() {
        return failed;
    }

    /** Drains what there is, also what a failed callback, or a failed tick, left. */
    void drain() {
        if (due) {
            if (hasWork()) {
                drainAll();
            }
            due = hasWork() || loop.frame != ContextFrame.ROOT || exit.halted();
        }
    }

    private boolean hasWork() {
        return !ticks.isEmpty() || !microtasks.isEmpty() || rejections.hasWork();
    }

    private void drainAll() {
        if (exit.halted()) {
            dropAll();
            return;
        }
        int outer = depth;
        depth = 1;
        try {
            do {
                do {
                    if (!runAll(ticks)) {
                        return;
                    }
                    runAll(microtasks);
                } while (!ticks.isEmpty());
            } while (!exit.halted() && reportRejections() && !exit.halted());
        } finally {
            depth = outer;
        }
    }

    /** Runs microtasks and reports failed promises, as Node does after the exit listeners. Ticks run no more. */
    void drainAtExit() {
        depth = 1;
        try {
            do {
                runAll(microtasks);
                ticks.clear();
            } while (!exit.halted() && reportRejections());
        } finally {
            depth = 0;
        }
    }

    /** Returns whether there may be more to run. A listener that throws ends the drain, as a tick does. */
    private boolean reportRejections() {
        try {
            return rejections.process();
        } catch (Throwable t) {
            errors.uncaught(t);
            return false;
        }
    }

    /** Runs a queue until it is empty; returns false where an error in a tick ends the drain. */
    private boolean runAll(Ring<Runnable> queue) {
        for (; ; ) {
            try {
                @Nullable Runnable task;
                while ((task = queue.poll()) != null) {
                    task.run();
                    leaveFrame();
                }
                return true;
            } catch (Throwable t) {
                errors.uncaught(t);
                leaveFrame();
                if (exit.halted()) {
                    dropAll();
                    return false;
                }
                if (queue == ticks) {
                    return false;
                }
            }
        }
    }
}
