package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * The immediates in the order they were set. A check phase runs those that were there when it began.
 *
 * <p>A growing ring, as {@link TaskQueue} is. Its places hold {@link Immediate}s, and callbacks that nobody can clear
 * or unref: those need no object of their own.
 */
final class ImmediateQueue {

    private static final int INITIAL_CAPACITY = 64;

    /** How often a ring is gone round before it is replaced: see {@link TaskQueue}. */
    private static final int ROUNDS = 1024;

    private final EventLoop loop;

    /** Its length is a power of two; it is never full, so that head and tail are equal only when it is empty. */
    private @Nullable Object[] items = new Object[INITIAL_CAPACITY];

    private int head;
    private int tail;

    /** How often the head has come round to the first place of this ring. */
    private int rounds;

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
        @Nullable Object[] ring = items;
        int at = tail;
        ring[at] = item;
        int next = (at + 1) & (ring.length - 1);
        tail = next;
        if (next == head) {
            grow();
        }
        count++;
        refCount++;
    }

    /** Runs a snapshot of the queue; what the callbacks add waits for the next turn. */
    void run(TaskQueues queues) {
        if (head == tail) {
            return;
        }
        for (int left = size(); left > 0 && !loop.halted(); left--) {
            Runnable callback = take();
            if (callback != null) {
                queues.run(callback);
                if (left == 1 && queues.lastFailed()) {
                    // As in Node: the phase goes on with what was set meanwhile.
                    left += size();
                }
            }
        }
    }

    /** Takes the callback at the head; null if it was cleared. */
    private @Nullable Runnable take() {
        @Nullable Object[] ring = items;
        int at = head;
        Object item = ring[at];
        ring[at] = null;
        int next = (at + 1) & (ring.length - 1);
        head = next;
        if (next == 0) {
            cameRound();
        }
        if (item instanceof Immediate immediate) {
            return immediate.callback == null ? null : immediate.settle();
        }
        count--;
        refCount--;
        return (Runnable) item;
    }

    private void cameRound() {
        if (++rounds >= ROUNDS && tail == 0) {
            items = new Object[items.length];
            rounds = 0;
        }
    }

    private int size() {
        return (tail - head) & (items.length - 1);
    }

    /** Doubles a ring whose tail has just come round to its head. */
    private void grow() {
        @Nullable Object[] old = items;
        int size = old.length;
        if (size >= 1 << 30) {
            throw new IllegalStateException("more than 2^30 immediates are set");
        }
        @Nullable Object[] bigger = new Object[size << 1];
        System.arraycopy(old, head, bigger, 0, size - head);
        System.arraycopy(old, 0, bigger, size - head, head);
        items = bigger;
        head = 0;
        tail = size;
    }

    /** The loop has ended: what is set does not run any more. */
    void drop() {
        for (int left = size(); left > 0; left--) {
            Runnable callback = take();
            if (callback != null) {
                loop.dropped.accept(callback);
            }
        }
    }
}
