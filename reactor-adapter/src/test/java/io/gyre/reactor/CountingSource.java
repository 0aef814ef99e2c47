package io.gyre.reactor;

import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;
import org.jspecify.annotations.Nullable;

/** Counts from one, each number in a later turn; ends, breaks or goes on for ever. Its fields may be read anywhere. */
final class CountingSource extends AbstractReadable<Integer> {

    static final int HIGH_WATER_MARK = 4;

    private final int last;
    private final @Nullable Throwable failure;
    volatile int produced;
    volatile boolean freed;

    private CountingSource(RunningLoop running, int last, @Nullable Throwable failure) {
        super(running.loop, StreamOptions.<Integer>objects().highWaterMark(HIGH_WATER_MARK));
        this.last = last;
        this.failure = failure;
    }

    static CountingSource to(RunningLoop running, int last) {
        return running.call(() -> new CountingSource(running, last, null));
    }

    static CountingSource endless(RunningLoop running) {
        return to(running, Integer.MAX_VALUE);
    }

    /** Breaks after the last number. On the loop's thread. */
    static CountingSource breaking(RunningLoop running, int last, Throwable failure) {
        return new CountingSource(running, last, failure);
    }

    @Override
    protected void doRead(int n) {
        loop().setImmediate(() -> {
            if (isDestroyed()) {
                return;
            }
            if (produced < last) {
                // Only the loop's thread writes it.
                int next = produced + 1;
                produced = next;
                push(next);
            } else if (failure != null) {
                destroy(failure);
            } else {
                pushEnd();
            }
        });
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        freed = true;
        callback.call(error);
    }
}
