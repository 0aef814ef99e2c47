package io.gyre.loop;

/**
 * Two cache lines of nothing. What one thread reads all the time, and another writes, is kept away from its neighbours
 * on the heap by extending this: a poster would wait for a line that the loop writes with every task.
 */
abstract class CacheLinePadding {

    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
}
