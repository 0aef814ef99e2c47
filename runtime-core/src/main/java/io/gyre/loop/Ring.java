package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * A queue in a growing ring: of callbacks, or what stands for them. Confined to the loop's thread; adding allocates only
 * to grow.
 *
 * <p>A slot is null unless it holds an item, and the ring is never full, so an empty slot at the head means an empty
 * queue: taking looks at the slot only, not at the tail that was written a moment ago.
 *
 * <p>The ring is made anew from time to time, so that it stays among the garbage collector's young objects: G1 puts a
 * memory fence, of the cost of a whole task, behind every reference to a young object that goes into an old one.
 */
final class Ring<E> {

    private static final int INITIAL_CAPACITY = 256;

    /** How often a ring is gone round before it is replaced. Few collections pass meanwhile: old age takes 15. */
    private static final int ROUNDS = 256;

    /** Its length is a power of two. */
    private @Nullable Object[] items = new Object[INITIAL_CAPACITY];

    private int head;
    private int tail;

    /** How often the head has come round to the first slot of this ring. */
    private int rounds;

    void add(E item) {
        @Nullable Object[] ring = items;
        int at = tail;
        ring[at] = item;
        int next = (at + 1) & (ring.length - 1);
        tail = next;
        if (next == head) {
            grow();
        }
    }

    @Nullable
    @SuppressWarnings("unchecked") // only add puts something in
    E poll() {
        @Nullable Object[] ring = items;
        int at = head;
        Object item = ring[at];
        if (item != null) {
            ring[at] = null;
            int next = (at + 1) & (ring.length - 1);
            head = next;
            if (next == 0) {
                cameRound();
            }
        }
        return (E) item;
    }

    private void cameRound() {
        if (++rounds >= ROUNDS) {
            @Nullable Object[] fresh = new Object[items.length];
            System.arraycopy(items, 0, fresh, 0, tail);
            items = fresh;
            rounds = 0;
        }
    }

    boolean isEmpty() {
        return head == tail;
    }

    int size() {
        return (tail - head) & (items.length - 1);
    }

    void clear() {
        items = new Object[INITIAL_CAPACITY];
        head = 0;
        tail = 0;
    }

    /** Doubles a ring whose tail has just come round to its head. */
    private void grow() {
        @Nullable Object[] old = items;
        int size = old.length;
        if (size >= 1 << 30) {
            throw new IllegalStateException("more than 2^30 callbacks are queued");
        }
        @Nullable Object[] bigger = new Object[size << 1];
        System.arraycopy(old, head, bigger, 0, size - head);
        System.arraycopy(old, 0, bigger, size - head, head);
        items = bigger;
        head = 0;
        tail = size;
    }
}
