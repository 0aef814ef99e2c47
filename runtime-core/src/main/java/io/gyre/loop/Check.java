package io.gyre.loop;

/** Runs a callback in each turn just after the poll phase, before the immediates (libuv's {@code uv_check_t}). */
public final class Check extends LoopWatcher {

    Check(EventLoop loop, LoopWatchers watchers) {
        super(loop, "Check", watchers);
    }
}
