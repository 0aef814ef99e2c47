package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/** Handles whose close callback waits for the closing phase: last closed, first called, as in libuv. */
final class ClosingQueue {

    private @Nullable Handle last;

    void add(Handle handle) {
        handle.nextClosing = last;
        last = handle;
    }

    boolean isEmpty() {
        return last == null;
    }

    /** Closes those that wait when the phase begins; what they close waits for the next turn. */
    void run(EventLoop loop) {
        @Nullable Handle next = last;
        last = null;
        while (next != null && !loop.halted()) {
            Handle handle = next;
            next = handle.nextClosing;
            handle.nextClosing = null;
            handle.closed();
            loop.liveness.closing--;
            Runnable callback = handle.closeCallback;
            if (callback != null) {
                handle.closeCallback = null;
                loop.queues.run(callback);
            }
        }
    }
}
