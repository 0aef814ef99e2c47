package io.gyre.stream.flow;

import io.gyre.buffer.Buffer;

/**
 * How many chunks, or bytes, are asked for on behalf of a stream: enough to keep it busy, and no more than its
 * high-water mark holds. Confined to the loop's thread.
 *
 * <p>They count from the moment they are asked for until they are written. A sink's window is refilled at low tide, so
 * that neither side waits for the other at each chunk.
 */
final class DemandWindow {

    /** Before the first chunk nobody knows whether the high-water mark means objects or bytes. */
    private static final int FIRST_WINDOW = 2;

    private static final int MAX_WINDOW = 256;

    /** With large buffers: one on its way while one is being written. */
    private static final int MIN_BUFFERS = 2;

    private final boolean bytes;
    private final int highWaterMark;
    private final boolean fixed;
    private int size;

    /** Asked for and not yet written. Negative where more came than was asked for: that counts for the next time. */
    private long underWay;

    /** Bytes of the largest of the recent buffers; 0 before the first. */
    private int largestBytes;

    /** Makes a window; a fixed size of 0 means that it follows the high-water mark. */
    DemandWindow(boolean bytes, int fixedSize, int highWaterMark) {
        this.bytes = bytes;
        this.highWaterMark = highWaterMark;
        this.fixed = fixedSize > 0;
        this.size = fixed ? fixedSize : clamp(highWaterMark, 1, bytes ? Integer.MAX_VALUE : FIRST_WINDOW);
    }

    /** How much to ask for now, nothing until three quarters of the window are free; it counts as asked for. */
    long takeAtLowTide() {
        long free = size - underWay;
        if (free < Math.max(1, size * 3L / 4)) {
            return 0;
        }
        underWay = size;
        return free;
    }

    /** How much to ask for now on behalf of a stream, beside what waits in it; it counts as asked for. */
    long takeBeside(int waiting) {
        return take(Math.max(0, size - chunksOf(waiting) - underWay));
    }

    /**
     * As {@link #takeBeside}, but never nothing while nothing is on its way: for a stream that asks though it is full,
     * since nobody would come back to ask.
     */
    long takeBesideOrOne(int waiting) {
        long least = underWay <= 0 ? 1 - underWay : 0;
        return take(Math.max(least, size - chunksOf(waiting) - underWay));
    }

    private long take(long more) {
        underWay += more;
        return more;
    }

    private long chunksOf(int waiting) {
        return largestBytes == 0 ? waiting : (waiting + largestBytes - 1L) / largestBytes;
    }

    /**
     * Learns from a chunk. With buffers the window grows by one with each, so that a few small ones at first do not let
     * in many large ones; it shrinks at once.
     */
    void arrived(Object chunk) {
        if (bytes) {
            return;
        }
        int target = highWaterMark;
        int least = 1;
        if (chunk instanceof Buffer buffer) {
            largestBytes = Math.max(Math.max(1, buffer.length()), largestBytes - largestBytes / 8);
            target = Math.min(size + 1, highWaterMark / largestBytes);
            least = MIN_BUFFERS;
        }
        if (!fixed) {
            size = clamp(target, least, MAX_WINDOW);
        }
    }

    void written(long weight) {
        underWay -= weight;
    }

    private static int clamp(int value, int least, int most) {
        return Math.max(least, Math.min(value, most));
    }
}
