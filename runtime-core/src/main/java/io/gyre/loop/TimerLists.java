package io.gyre.loop;

import java.util.List;
import java.util.function.Consumer;
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

    /** How many passes one turn makes at most, so that timers which keep being due starve nothing. */
    private static final int MAX_PASSES = 8;

    final EventLoop loop;
    private final TimerListMap map = new TimerListMap();
    private final TimerListHeap heap = new TimerListHeap();
    private long nextListId;

    /** The list that lost its last timer to {@code clear} most recently; no longer {@link TimerList#idle} once in use. */
    private @Nullable TimerList retired;

    /** Live timers that are ref'd. */
    int refCount;

    /** The present as it was last asked for: libuv's {@code loop->time}. Never read the clock to refresh it. */
    private long clock;

    /** No pass begins earlier, although a list may be due: a pass that ended leaves at least a millisecond. */
    private long notBefore;

    /** Of the pass that is under way. */
    private long passTime;

    private boolean passOver;

    TimerLists(EventLoop loop) {
        this.loop = loop;
    }

    Timer set(Runnable callback, long delayMillis, boolean repeat) {
        Timer timer = new Timer(this, callback, delay(delayMillis), repeat);
        insert(timer, startFromNow());
        return timer;
    }

    /** The delay of a timer that is asked for one. */
    static int delay(long millis) {
        return millis >= 1 && millis <= MAX_DELAY ? (int) millis : 1;
    }

    /** The present, rounded up to a whole millisecond. */
    long startFromNow() {
        clock = (loop.nanosSinceStart() + (NANOS_PER_MILLI - 1)) / NANOS_PER_MILLI;
        return clock;
    }

    private long now() {
        return loop.nanosSinceStart() / NANOS_PER_MILLI;
    }

    void insert(Timer timer, long start) {
        TimerList list = timer.list;
        if (list != null) {
            list.unlink(timer);
        } else {
            list = map.get(timer.delay);
            if (!timer.live) {
                timer.live = true;
                if (timer.ref) {
                    refCount++;
                }
            }
        }
        timer.start = start;
        list.append(timer);
        if (list.heapIndex == 0) {
            begin(list, start);
            heap.add(list);
        } else if (list.idle) {
            list.idle = false;
            begin(list, start);
            heap.grew(list);
        }
    }

    private void begin(TimerList list, long start) {
        loop.onlyImmediates = false;
        list.expiry = start + list.delay;
        list.id = nextListId++;
    }

    void remove(Timer timer) {
        TimerList list = timer.list;
        if (list != null) {
            list.unlink(timer);
            if (list.isEmpty()) {
                retire(list);
            }
        }
        expire(timer);
    }

    private void retire(TimerList list) {
        list.idle = true;
        TimerList former = retired;
        if (former != list) {
            if (former != null && former.idle) {
                drop(former);
            }
            retired = list;
        }
    }

    private void drop(TimerList list) {
        list.idle = false;
        if (list.heapIndex != 0) {
            heap.remove(list);
        }
        map.emptied(list);
    }

    /** Returns the list that is due first. */
    private @Nullable TimerList first() {
        TimerList first = heap.peek();
        if (first != null && first.idle) {
            drop(first);
            first = heap.peek();
        }
        return first;
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
        return first() == null;
    }

    /** Nanoseconds until the next pass is due; -1 if there is no timer. */
    long nanosToNext() {
        TimerList first = first();
        if (first == null) {
            return -1;
        }
        return Math.max(0, dueTime(first) * NANOS_PER_MILLI - loop.nanosSinceStart());
    }

    /** When the next pass is due, given the first list. */
    private long dueTime(TimerList first) {
        return Math.max(first.expiry, notBefore);
    }

    /**
     * Runs what is due. A pass takes the present once; what its callbacks set waits for a later turn, unless what ran
     * after the last callback (its ticks and microtasks) took so long that a timer it set before is due by the time it
     * sets another one.
     */
    void run(TaskQueues queues) {
        TimerList first;
        for (int pass = 0; pass < MAX_PASSES && (first = first()) != null && !loop.halted(); pass++) {
            long due = dueTime(first);
            if (pass > 0 && due > clock) {
                return;
            }
            long now = now();
            if (due > now) {
                return;
            }
            clock = Math.max(clock, now);
            runPass(now, queues);
        }
    }

    private void runPass(long now, TaskQueues queues) {
        passTime = now;
        passOver = false;
        Timer timer;
        while (!passOver && (timer = firstDue(now)) != null) {
            TimerList list = timer.list;
            unlink(timer);
            queues.fire(this, timer);
            if (loop.halted()) {
                return;
            }
            if (queues.lastFailed()) {
                afterFailure(list, now, queues);
            }
        }
        if (!passOver) {
            endPass();
        }
    }

    /**
     * After a timer that failed the pass begins anew, as in Node: whether it is over shows when the error has been handled,
     * and the queues do not drain before a timer of the same list.
     */
    private void afterFailure(@Nullable TimerList list, long now, TaskQueues queues) {
        Timer next = firstDue(now);
        if (next == null) {
            endPass();
        }
        if (next == null || next.list != list) {
            queues.drain();
        }
    }

    private static void unlink(Timer timer) {
        TimerList list = timer.list;
        if (list != null) {
            list.unlink(timer);
        }
    }

    /** Returns the next timer that is due, and puts lists that are no longer due, or empty, in their place. */
    private @Nullable Timer firstDue(long now) {
        TimerList list;
        while ((list = heap.peek()) != null && list.expiry <= now) {
            Timer timer = list.first;
            if (timer == null) {
                drop(list);
            } else if (now - timer.start >= list.delay) {
                return timer;
            } else {
                list.expiry = Math.max(timer.start + list.delay, now + 1);
                list.id = nextListId++;
                heap.grew(list);
            }
        }
        return null;
    }

    private void endPass() {
        passOver = true;
        notBefore = clock + 1;
    }

    /** Runs the callback of a timer that is due. Called through {@link TaskQueues#fire}. */
    void fire(Timer timer) {
        Runnable callback = timer.callback;
        if (callback == null) {
            throw new AssertionError("a timer without a callback is due");
        }
        // An interval counts from the start of its callback, before the time that the callback takes.
        if (timer.isRepeating()) {
            clock = now();
        }
        long start = clock;
        boolean failed = true;
        try {
            callback.run();
            failed = false;
        } finally {
            if (timer.isRepeating()) {
                insert(timer, start);
            } else if (timer.list == null) {
                expire(timer);
            }
            // The pass is over, or not, before the ticks of its last timer run: what they set is not part of it.
            if (!failed && firstDue(passTime) == null) {
                endPass();
            }
        }
    }

    /** The loop has ended: what is set does not fire any more. Told by delay, those of one delay in order. */
    void drop(Consumer<? super Runnable> dropped) {
        TimerList list;
        while ((list = heap.peek()) != null) {
            Timer timer = list.first;
            if (timer == null) {
                drop(list);
            } else {
                list.unlink(timer);
                expire(timer);
                Runnable callback = timer.callback;
                if (callback != null) {
                    dropped.accept(ContextFrame.unbound(callback));
                }
            }
        }
    }

    void describe(List<ActiveResource> into) {
        heap.forEach(list -> {
            for (@Nullable Timer t = list.first; t != null; t = t.next) {
                into.add(new ActiveResource("Timeout", t.toString(), t.ref));
            }
        });
    }
}
