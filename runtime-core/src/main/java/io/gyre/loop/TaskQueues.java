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

    final Ring<Runnable> ticks = new Ring<>();
    final Ring<Runnable> microtasks = new Ring<>();

    private final EventLoop loop;
    private final ErrorPolicy errors;
    private final RejectionTracker rejections;

    /** How many callback scopes are open; the outermost one drains. */
    private int depth;

    /** Whether the last callback left an error. */
    private boolean failed;

    TaskQueues(EventLoop loop, ErrorPolicy errors, RejectionTracker rejections) {
        this.loop = loop;
        this.errors = errors;
        this.rejections = rejections;
    }

    /**
     * Runs one callback and drains after it. Inside another callback it just runs: the outer one drains. After a callback
     * that failed nothing drains: as in Node, what it queued runs after the next callback.
     */
    void run(Runnable callback) {
        if (succeeds(callback)) {
            drain();
        }
    }

    /**
     * Runs a callback as {@link #run} does, but as if it were the first microtask after one: the microtasks that it queues
     * run before its ticks.
     */
    void runAsMicrotask(Runnable continuation) {
        if (succeeds(continuation)) {
            if (!microtasks.isEmpty() && !errors.halted()) {
                drainMicrotasks();
            }
            drain();
        }
    }

    /** Runs a callback, and tells whether a drain is due: not if it failed, and not inside another one. */
    private boolean succeeds(Runnable callback) {
        if (depth != 0) {
            callback.run();
            return false;
        }
        depth = 1;
        failed = false;
        try {
            callback.run();
        } catch (Throwable t) {
            failed = true;
            errors.uncaught(t);
            return false;
        } finally {
            depth = 0;
            leaveFrame();
        }
        return true;
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
            failed = true;
            errors.uncaught(t);
            return;
        } finally {
            depth = 0;
            leaveFrame();
        }
        drain();
    }

    /** The loop has ended: what is queued does not run any more. */
    void dropMicrotasks() {
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

    /** Drains what a failed callback, or a failed tick, left. */
    void drain() {
        if (ticks.isEmpty() && microtasks.isEmpty() && !rejections.hasWork()) {
            return;
        }
        drainAll();
    }

    private void drainAll() {
        if (errors.halted()) {
            ticks.clear();
            dropMicrotasks();
            return;
        }
        depth = 1;
        try {
            do {
                do {
                    if (!runAll(ticks)) {
                        return;
                    }
                    runAll(microtasks);
                } while (!ticks.isEmpty());
            } while (!errors.halted() && reportRejections() && !errors.halted());
        } finally {
            depth = 0;
        }
    }

    private void drainMicrotasks() {
        depth = 1;
        try {
            runAll(microtasks);
        } finally {
            depth = 0;
        }
    }

    /** Runs microtasks and reports failed promises, as Node does after the exit listeners. Ticks run no more. */
    void drainAtExit() {
        depth = 1;
        try {
            do {
                runAll(microtasks);
                ticks.clear();
            } while (!errors.halted() && reportRejections());
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
                if (errors.halted()) {
                    ticks.clear();
                    dropMicrotasks();
                    return false;
                }
                if (queue == ticks) {
                    return false;
                }
            }
        }
    }
}
