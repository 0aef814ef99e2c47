package io.gyre.loop;

/** What a poller may ask about its loop. */
record PollerContext(EventLoop loop) implements Poller.Context {

    @Override
    public boolean mayBlock() {
        return loop.turns.mayBlock();
    }

    @Override
    public int activeRequests() {
        return loop.liveness.activeRequests();
    }

    @Override
    public int activeTimers() {
        return loop.timers.refCount + (loop.turns.hasScheduledNettyTasks() ? 1 : 0);
    }
}
