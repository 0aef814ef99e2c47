package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import reactor.core.scheduler.Schedulers;

/** Makes Reactor see loop threads as threads that must not block, so that {@code block()} fails there. */
final class LoopThreads {

    static {
        // Reactor asks about the calling thread; whether another thread runs a loop only that thread knows.
        Schedulers.registerNonBlockingThreadPredicate(
                thread -> thread == Thread.currentThread() && EventLoop.currentOrNull() != null);
    }

    private LoopThreads() {}

    /** Does its work once, when this class is initialised. */
    static void areNonBlocking() {}
}
