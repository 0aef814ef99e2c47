package io.gyre.loop;

import java.util.ArrayDeque;

/**
 * The flushes of channels that wait for the end of the poll phase. Done together they cost less: whoever waits at the other
 * end is woken once for many answers, and the code that handles input is not interrupted by that which sends.
 * Confined to the loop's thread.
 */
final class FlushBatch {

    private final EventLoop loop;
    private final long mostNanos;
    private final ArrayDeque<BatchedFlush> waiting = new ArrayDeque<>(64);
    private long since;
    private boolean flushing;

    FlushBatch(EventLoop loop, long mostNanos) {
        this.loop = loop;
        this.mostNanos = mostNanos;
    }

    /** Whether what a channel flushes now may wait: only in a poll phase, and not for what the waiting ones cause. */
    boolean isOpen() {
        return !flushing && loop.inEventLoop() && loop.phase() == Phase.POLL;
    }

    /** Lets a channel wait. The phase ends with a flush, and one that waits for too long has all flushed. */
    void add(BatchedFlush channel) {
        long now = loop.ticker().nanoTime();
        if (waiting.isEmpty()) {
            since = now;
        }
        waiting.add(channel);
        if (now - since > mostNanos) {
            flush();
        }
    }

    /** Whether several wait, and none for too long: one that waits alone gains nothing by company that may not come. */
    boolean maySwell() {
        return waiting.size() > 1 && loop.ticker().nanoTime() - since <= mostNanos;
    }

    /** Flushes all that wait, each in the context of the callback that asked for it. */
    void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        flushing = true;
        loop.queues.enter();
        try {
            BatchedFlush next;
            while ((next = waiting.poll()) != null) {
                next.flushNow();
            }
        } finally {
            flushing = false;
            loop.queues.exit();
        }
    }
}
