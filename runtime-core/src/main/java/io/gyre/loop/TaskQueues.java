package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * The tick queue, the microtask queue and the scope around every callback, which drains both when it closes.
 *
 * <p>Ticks run before microtasks; what either adds runs in the same drain; then failed promises without a handler are
 * reported, and what that adds runs too (Node's {@code processTicksAndRejections}). An error never stops a drain.
 * Confined to the loop's thread.
 */
final class TaskQueues {

    final TaskQueue ticks = new TaskQueue();
    final TaskQueue microtasks = new TaskQueue();

    private final EventLoop loop;
    private final ErrorPolicy errors;
    private final RejectionTracker rejections;

    /** How many callback scopes are open; the outermost one drains. */
    private int depth;

    TaskQueues(EventLoop loop, ErrorPolicy errors, RejectionTracker rejections) {
        this.loop = loop;
        this.errors = errors;
        this.rejections = rejections;
    }

    /** Runs one callback and drains after it. Inside another callback it just runs: the outer one drains. */
    void run(Runnable callback) {
        if (depth != 0) {
            callback.run();
            return;
        }
        depth = 1;
        try {
            callback.run();
        } catch (Throwable t) {
            errors.uncaught(t);
        } finally {
            depth = 0;
            leaveFrame();
        }
        drain();
    }

    /** Ends what a callback entered with {@link AsyncLocalStorage#enterWith}: the next one starts from the root. */
    private void leaveFrame() {
        if (loop.frame != ContextFrame.ROOT) {
            loop.frame = ContextFrame.ROOT;
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

    private void drain() {
        if (ticks.isEmpty() && microtasks.isEmpty() && !rejections.hasWork()) {
            return;
        }
        drainAll();
    }

    private void drainAll() {
        if (errors.halted()) {
            ticks.clear();
            microtasks.clear();
            return;
        }
        depth = 1;
        try {
            do {
                do {
                    runAll(ticks);
                    runAll(microtasks);
                } while (!ticks.isEmpty());
            } while (!errors.halted() && rejections.process() && !errors.halted());
        } finally {
            depth = 0;
        }
    }

    /** Runs microtasks only: what Node does after the exit handlers. */
    void drainMicrotasks() {
        depth = 1;
        try {
            runAll(microtasks);
        } finally {
            depth = 0;
        }
    }

    private void runAll(TaskQueue queue) {
        for (; ; ) {
            try {
                @Nullable Runnable task;
                while ((task = queue.poll()) != null) {
                    task.run();
                    leaveFrame();
                }
                return;
            } catch (Throwable t) {
                errors.uncaught(t);
                leaveFrame();
                if (errors.halted()) {
                    ticks.clear();
                    microtasks.clear();
                    return;
                }
            }
        }
    }
}
