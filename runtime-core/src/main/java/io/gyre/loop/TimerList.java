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

    /** The next list in the bucket of the map. */
    @Nullable
    TimerList nextInBucket;

    @Nullable
    Timer first;

    @Nullable
    Timer last;

    TimerList(int delay) {
        this.delay = delay;
    }

    void append(Timer timer) {
        Timer end = last;
        if (end == null) {
            first = timer;
        } else {
            end.next = timer;
            timer.previous = end;
        }
        last = timer;
        timer.list = this;
    }

    void unlink(Timer timer) {
        Timer before = timer.previous;
        Timer after = timer.next;
        if (before == null) {
            first = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.previous = before;
        }
        timer.previous = null;
        timer.next = null;
        timer.list = null;
    }

    boolean isEmpty() {
        return first == null;
    }
}
