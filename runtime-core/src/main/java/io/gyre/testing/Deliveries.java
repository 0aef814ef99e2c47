package io.gyre.testing;

import java.util.PriorityQueue;

/** What is on its way in a {@link MemoryNetwork}: callbacks by the virtual time at which they are due. */
final class Deliveries {

    private final PriorityQueue<Delivery> queue = new PriorityQueue<>();
    private long nextNumber;

    private record Delivery(long at, long number, Runnable action) implements Comparable<Delivery> {

        @Override
        public int compareTo(Delivery other) {
            return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
        }
    }

    void add(long at, Runnable action) {
        queue.add(new Delivery(at, nextNumber++, action));
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Nanoseconds to the first one; {@link Long#MAX_VALUE} if there is none. */
    long nanosToNext(long now) {
        Delivery first = queue.peek();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.at - now);
    }

    /** Runs what is due; what is added meanwhile waits for the next poll. */
    int runDue(long now) {
        long limit = nextNumber;
        int ran = 0;
        Delivery first;
        while ((first = queue.peek()) != null && first.at <= now && first.number < limit) {
            queue.remove();
            first.action.run();
            ran++;
        }
        return ran;
    }

    void clear() {
        queue.clear();
    }
}
