package io.gyre.loop;

/** Runs a callback in each turn just before the poll phase (libuv's {@code uv_prepare_t}). */
public final class Prepare extends LoopWatcher {

    Prepare(EventLoop loop, LoopWatchers watchers) {
        super(loop, "Prepare", watchers);
    }
}
