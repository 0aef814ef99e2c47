package io.gyre.loop;

/** Runs a callback in the idle phase of each turn and keeps the poll phase from sleeping (libuv's {@code uv_idle_t}). */
public final class Idle extends LoopWatcher {

    Idle(EventLoop loop, LoopWatchers watchers) {
        super(loop, "Idle", watchers);
    }
}
