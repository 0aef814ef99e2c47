package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A sink that remembers what it was given, and takes it at once or when the test says so. */
final class Sink<T> extends AbstractWritable<T> {

    final List<T> written = new ArrayList<>();
    final Deque<Callback> pending = new ArrayDeque<>();
    private final boolean slow;

    Sink(EventLoop loop, StreamOptions<T> options, boolean slow) {
        super(loop, options);
        this.slow = slow;
    }

    static <T> Sink<T> quick(RunningLoop running) {
        return running.call(() -> new Sink<>(running.loop, StreamOptions.objects(), false));
    }

    static <T> Sink<T> slow(RunningLoop running, int highWaterMark) {
        return running.call(
                () -> new Sink<>(running.loop, StreamOptions.<T>objects().highWaterMark(highWaterMark), true));
    }

    @Override
    protected void doWrite(T chunk, Callback callback) {
        if (!loop().inEventLoop()) {
            throw new AssertionError("written on " + Thread.currentThread().getName());
        }
        written.add(chunk);
        if (slow) {
            pending.add(callback);
        } else {
            callback.done();
        }
    }

    /** Takes one chunk and lets its consequences come to pass. */
    void take(RunningLoop running) {
        running.run(() -> pending.remove().done());
        running.aTurn();
    }
}
