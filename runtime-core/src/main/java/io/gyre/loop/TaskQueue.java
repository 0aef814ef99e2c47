package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/** A growing ring of callbacks, first in first out. Confined to the loop's thread; adding allocates only to grow. */
final class TaskQueue {

    private static final int INITIAL_CAPACITY = 256;

    private @Nullable Runnable[] items = new Runnable[INITIAL_CAPACITY];
    private int head;
    private int tail;

    void add(Runnable task) {
        @Nullable Runnable[] ring = items;
        int at = tail;
        ring[at & (ring.length - 1)] = task;
        tail = at + 1;
        if (at + 1 - head == ring.length) {
            grow();
        }
    }

    @Nullable
    Runnable poll() {
        int at = head;
        if (at == tail) {
            return null;
        }
        @Nullable Runnable[] ring = items;
        int index = at & (ring.length - 1);
        Runnable task = ring[index];
        ring[index] = null;
        head = at + 1;
        return task;
    }

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return tail - head;
    }

    void clear() {
        items = new Runnable[INITIAL_CAPACITY];
        head = 0;
        tail = 0;
    }

    private void grow() {
        @Nullable Runnable[] old = items;
        int size = old.length;
        if (size >= 1 << 30) {
            throw new IllegalStateException("more than 2^30 callbacks are queued");
        }
        @Nullable Runnable[] bigger = new Runnable[size << 1];
        int first = head & (size - 1);
        System.arraycopy(old, first, bigger, 0, size - first);
        System.arraycopy(old, 0, bigger, size - first, first);
        items = bigger;
        head = 0;
        tail = size;
    }
}
