package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/** The timers of one delay, in the order they were set, which is the order they are due in. */
final class TimerList {

    final int delay;

    /** When the first timer is due, as far as the heap knows: whole milliseconds of the loop's clock. */
    long expiry;

    /** Orders lists of equal expiry by when they were queued. */
    long id;

    /** Place in the heap; 0 while the list is empty and in no heap. */
    int heapIndex;

    /**
     * Whether the last timer was cleared and the list kept: it stays in the heap, where the next timer of its delay
     * finds it. Most timeouts are cleared, and the next one has the same delay. One list at most is idle.
     */
    boolean idle;

    /** The next list in the bucket of the map. */
    @Nullable
    TimerList nextInBucket;

    /**
     * The first timer; its previous one is the last of the list. One reference to both ends is one less that points
     * from an old object to a young one, which G1 makes dear.
     */
    @Nullable
    Timer first;

    TimerList(int delay) {
        this.delay = delay;
    }

    void append(Timer timer) {
        Timer head = first;
        if (head == null) {
            timer.previous = timer;
            first = timer;
        } else {
            Timer end = head.previous();
            timer.previous = end;
            end.next = timer;
            head.previous = timer;
        }
        timer.list = this;
    }

    void unlink(Timer timer) {
        Timer head = first;
        Timer after = timer.next;
        if (timer == head) {
            first = after;
            if (after != null) {
                after.previous = timer.previous;
            }
        } else {
            Timer before = timer.previous();
            before.next = after;
            if (after != null) {
                after.previous = before;
            } else if (head != null) {
                head.previous = before;
            }
        }
        timer.previous = null;
        timer.next = null;
        timer.list = null;
    }

    boolean isEmpty() {
        return first == null;
    }
}
