package io.gyre.loop;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A binary heap of timer lists by expiry, then by id. One-based; each list knows its own place. */
final class TimerListHeap {

    private @Nullable TimerList[] heap = new TimerList[16];
    private int size;

    @Nullable
    TimerList peek() {
        return heap[1];
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(TimerList list) {
        if (++size == heap.length) {
            heap = Arrays.copyOf(heap, size << 1);
        }
        place(list, size);
        up(size);
    }

    void remove(TimerList list) {
        int at = list.heapIndex;
        TimerList moved = heap[size];
        heap[size] = null;
        size--;
        list.heapIndex = 0;
        if (at <= size && moved != null) {
            place(moved, at);
            down(at);
            up(at);
        }
    }

    /** Restores the order after the expiry of a list has grown. */
    void grew(TimerList list) {
        down(list.heapIndex);
    }

    void forEach(Consumer<TimerList> action) {
        for (int i = 1; i <= size; i++) {
            action.accept(at(i));
        }
    }

    private void up(int from) {
        int at = from;
        TimerList list = at(at);
        while (at > 1) {
            TimerList parent = at(at >> 1);
            if (!before(list, parent)) {
                break;
            }
            place(parent, at);
            at >>= 1;
        }
        place(list, at);
    }

    private void down(int from) {
        int at = from;
        TimerList list = at(at);
        for (int child = at << 1; child <= size; child = at << 1) {
            if (child < size && before(at(child + 1), at(child))) {
                child++;
            }
            TimerList least = at(child);
            if (!before(least, list)) {
                break;
            }
            place(least, at);
            at = child;
        }
        place(list, at);
    }

    private TimerList at(int index) {
        TimerList list = heap[index];
        if (list == null) {
            throw new AssertionError("a hole in the timer heap at " + index);
        }
        return list;
    }

    private void place(TimerList list, int index) {
        heap[index] = list;
        list.heapIndex = index;
    }

    private static boolean before(TimerList a, TimerList b) {
        return a.expiry < b.expiry || (a.expiry == b.expiry && a.id < b.id);
    }
}
