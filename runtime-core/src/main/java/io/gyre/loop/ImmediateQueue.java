package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * The immediates in the order they were set. A check phase runs those that were there when it began.
 *
 * <p>The ring holds {@link Immediate}s, and callbacks that nobody can clear or unref: those need no object of their own.
 */
final class ImmediateQueue {

    private final EventLoop loop;
    private final Ring<Object> items = new Ring<>();

    /** Immediates not yet run or cleared. */
    int count;

    /** Those of them that are ref'd. */
    int refCount;

    ImmediateQueue(EventLoop loop) {
        this.loop = loop;
    }

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    Immediate add(Runnable callback) {
        Immediate immediate = new Immediate(this, callback);
        enqueue(immediate);
        return immediate;
    }

    /** Adds a callback that cannot be taken back, and that keeps the loop alive. */
    void addForGood(Runnable callback) {
        enqueue(callback);
    }

    private void enqueue(Object item) {
        items.add(item);
        count++;
        refCount++;
    }

    /** Runs a snapshot of the queue; what the callbacks add waits for the next turn. */
    void run(TaskQueues queues) {
        for (int left = items.size(); left > 0 && !loop.halted(); left--) {
            Object item = items.poll();
            Runnable callback = settle(item);
            if (callback != null) {
                if (callback == item) {
                    queues.runAsMicrotask(callback);
                } else {
                    queues.run(callback);
                }
                if (left == 1 && queues.lastFailed()) {
                    // As in Node: the phase goes on with what was set meanwhile.
                    left += items.size();
                }
            }
        }
    }

    /** Counts an item as done and returns its callback; null if it was cleared. */
    private @Nullable Runnable settle(@Nullable Object item) {
        if (item instanceof Immediate immediate) {
            return immediate.callback == null ? null : immediate.settle();
        }
        count--;
        refCount--;
        return (Runnable) item;
    }

    /** The loop has ended: what is set does not run any more. */
    void drop() {
        for (int left = items.size(); left > 0; left--) {
            Runnable callback = settle(items.poll());
            if (callback != null) {
                loop.lifecycle.drop(callback);
            }
        }
    }
}
