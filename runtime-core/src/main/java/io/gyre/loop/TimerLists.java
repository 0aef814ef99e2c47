package io.gyre.loop;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The loop's timers: lists by delay, under a heap of lists (Node's {@code lib/internal/timers.js}). Setting and
 * clearing cost a link; the heap is touched only when a list begins or ends. Confined to the loop's thread.
 *
 * <p>Times are whole milliseconds of the loop's clock. A start is rounded up and the current time down, so that a timer
 * never fires early; timers set in the same millisecond stay together.
 */
final class TimerLists {

    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final int MAX_DELAY = Integer.MAX_VALUE;

    final EventLoop loop;
    private final TimerListMap map = new TimerListMap();
    private final TimerListHeap heap = new TimerListHeap();
    private long nextListId;

    /** Live timers that are ref'd. */
    int refCount;

    /** The callback that fires a timer, and the timer it fires: one for the loop, so that firing allocates nothing. */
    private final Runnable firing = this::fire;

    private @Nullable Timer fired;

    TimerLists(EventLoop loop) {
        this.loop = loop;
    }

    Timer set(Runnable callback, long delayMillis, boolean repeat) {
        int delay = delayMillis >= 1 && delayMillis <= MAX_DELAY ? (int) delayMillis : 1;
        Timer timer = new Timer(this, callback, delay, repeat);
        insert(timer, startFromNow());
        return timer;
    }

    /** The present, rounded up to a whole millisecond. */
    long startFromNow() {
        return (loop.nanosSinceStart() + (NANOS_PER_MILLI - 1)) / NANOS_PER_MILLI;
    }

    private long now() {
        return loop.nanosSinceStart() / NANOS_PER_MILLI;
    }

    void insert(Timer timer, long start) {
        TimerList list = map.get(timer.delay);
        if (list.contains(timer)) {
            list.unlink(timer);
        } else if (!timer.live) {
            timer.live = true;
            if (timer.ref) {
                refCount++;
            }
        }
        timer.start = start;
        list.append(timer);
        if (list.heapIndex == 0) {
            list.expiry = start + timer.delay;
            list.id = nextListId++;
            heap.add(list);
        }
    }

    void remove(Timer timer) {
        TimerList list = map.find(timer.delay);
        if (list != null && list.contains(timer)) {
            list.unlink(timer);
            if (list.isEmpty()) {
                drop(list);
            }
        }
        expire(timer);
    }

    private void drop(TimerList list) {
        if (list.heapIndex != 0) {
            heap.remove(list);
        }
        map.emptied(list);
    }

    private void expire(Timer timer) {
        if (timer.live) {
            timer.live = false;
            if (timer.ref) {
                refCount--;
            }
        }
    }

    boolean isEmpty() {
        return heap.isEmpty();
    }

    /** Nanoseconds until the first list is due; -1 if there is none. */
    long nanosToNext() {
        TimerList first = heap.peek();
        if (first == null) {
            return -1;
        }
        return Math.max(0, first.expiry * NANOS_PER_MILLI - loop.nanosSinceStart());
    }

    /** Runs what is due: list by list, each as far as it is due at the time the pass began. */
    void run(TaskQueues queues) {
        if (heap.isEmpty()) {
            return;
        }
        long now = now();
        TimerList list;
        while ((list = heap.peek()) != null && list.expiry <= now && !loop.halted()) {
            run(list, now, queues);
        }
    }

    private void run(TimerList list, long now, TaskQueues queues) {
        Timer timer;
        while ((timer = list.first) != null) {
            if (now - timer.start < list.delay) {
                list.expiry = Math.max(timer.start + list.delay, now + 1);
                list.id = nextListId++;
                heap.grew(list);
                return;
            }
            list.unlink(timer);
            fired = timer;
            queues.run(firing);
            if (loop.halted()) {
                return;
            }
        }
        if (list.heapIndex != 0) {
            drop(list);
        }
    }

    private void fire() {
        Timer timer = fired;
        if (timer == null) {
            throw new AssertionError("no timer to fire");
        }
        fired = null;
        // An interval counts from the start of its callback, before the time that the callback takes.
        long start = timer.isRepeating() ? now() : 0;
        try {
            timer.callback.run();
        } finally {
            if (timer.isRepeating()) {
                insert(timer, start);
            } else if (!isQueued(timer)) {
                expire(timer);
            }
        }
    }

    private boolean isQueued(Timer timer) {
        TimerList list = map.find(timer.delay);
        return list != null && list.contains(timer);
    }

    void describe(List<ActiveResource> into) {
        heap.forEach(list -> {
            for (@Nullable Timer t = list.first; t != null; t = t.next) {
                into.add(new ActiveResource("Timeout", t.toString(), t.ref));
            }
        });
    }
}
