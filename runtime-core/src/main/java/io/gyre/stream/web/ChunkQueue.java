package io.gyre.stream.web;

import java.util.ArrayDeque;

/** What waits in a stream, with its sizes (the standard's "queue-with-sizes"). */
final class ChunkQueue<T> {

    private record Entry<T>(T chunk, double size) {}

    private final QueuingStrategy<? super T> strategy;
    private final double highWaterMark;
    private final ArrayDeque<Entry<T>> entries = new ArrayDeque<>();
    private double totalSize;

    ChunkQueue(QueuingStrategy<? super T> strategy) {
        this.strategy = strategy;
        this.highWaterMark = strategy.highWaterMark();
        if (Double.isNaN(highWaterMark) || highWaterMark < 0) {
            throw new IllegalArgumentException("the highWaterMark must be 0 or more, but was " + highWaterMark);
        }
    }

    /** Asks the strategy, which may throw. */
    double sizeOf(T chunk) {
        return strategy.size(chunk);
    }

    void add(T chunk, double size) {
        if (!(size >= 0 && size < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the size of a chunk must be finite and 0 or more, but was " + size);
        }
        entries.add(new Entry<>(chunk, size));
        totalSize += size;
    }

    T peek() {
        return entries.element().chunk;
    }

    T remove() {
        Entry<T> first = entries.remove();
        // Sums of fractions may come out a little below.
        totalSize = Math.max(0, totalSize - first.size);
        return first.chunk;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    void clear() {
        entries.clear();
        totalSize = 0;
    }

    double desiredSize() {
        return highWaterMark - totalSize;
    }
}
