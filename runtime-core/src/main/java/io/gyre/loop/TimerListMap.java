package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/** Finds the timer list of a delay: buckets of chained lists, and the list that was asked for last. */
final class TimerListMap {

    /** Up to so many empty lists are worth keeping for the next timer of their delay. */
    private static final int KEPT = 256;

    private @Nullable TimerList[] buckets = new TimerList[64];
    private int size;
    private @Nullable TimerList latest;

    TimerList get(int delay) {
        TimerList list = latest;
        if (list != null && list.delay == delay) {
            return list;
        }
        list = find(delay);
        if (list == null) {
            list = insert(delay);
        }
        latest = list;
        return list;
    }

    /** Takes note that a list became empty; drops it where many are kept. */
    void emptied(TimerList list) {
        if (size <= KEPT) {
            return;
        }
        int bucket = list.delay & (buckets.length - 1);
        TimerList at = buckets[bucket];
        if (at == list) {
            buckets[bucket] = list.nextInBucket;
        } else {
            while (at != null && at.nextInBucket != list) {
                at = at.nextInBucket;
            }
            if (at == null) {
                throw new AssertionError("a timer list that is in no bucket: " + list.delay);
            }
            at.nextInBucket = list.nextInBucket;
        }
        list.nextInBucket = null;
        if (latest == list) {
            latest = null;
        }
        size--;
    }

    @Nullable
    TimerList find(int delay) {
        TimerList list = buckets[delay & (buckets.length - 1)];
        while (list != null && list.delay != delay) {
            list = list.nextInBucket;
        }
        return list;
    }

    private TimerList insert(int delay) {
        if (size >= buckets.length) {
            grow();
        }
        TimerList list = new TimerList(delay);
        link(buckets, list);
        size++;
        return list;
    }

    private void grow() {
        @Nullable TimerList[] bigger = new TimerList[buckets.length << 1];
        for (TimerList list : buckets) {
            while (list != null) {
                TimerList next = list.nextInBucket;
                link(bigger, list);
                list = next;
            }
        }
        buckets = bigger;
    }

    private static void link(@Nullable TimerList[] into, TimerList list) {
        int bucket = list.delay & (into.length - 1);
        list.nextInBucket = into[bucket];
        into[bucket] = list;
    }
}
