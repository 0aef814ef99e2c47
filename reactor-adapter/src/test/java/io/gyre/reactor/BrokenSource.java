package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.StreamOptions;

/** A source that breaks when it is first read. */
final class BrokenSource<T> extends AbstractReadable<T> {

    BrokenSource(EventLoop loop) {
        super(loop, StreamOptions.objects());
    }

    @Override
    protected void doRead(int n) {
        throw new IllegalStateException("broken");
    }
}
