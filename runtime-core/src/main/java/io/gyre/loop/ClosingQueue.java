package io.gyre.loop;

import java.util.ArrayDeque;

/** Handles whose close callback waits for the closing phase. */
final class ClosingQueue {

    private final ArrayDeque<Handle> handles = new ArrayDeque<>();

    void add(Handle handle) {
        handles.add(handle);
    }

    boolean isEmpty() {
        return handles.isEmpty();
    }

    /** Closes those that wait when the phase begins; what they close waits for the next turn. */
    void run(EventLoop loop) {
        for (int left = handles.size(); left > 0; left--) {
            Handle handle = handles.poll();
            if (handle == null) {
                return;
            }
            handle.closed();
            loop.liveness.closing--;
            Runnable callback = handle.closeCallback;
            if (callback != null) {
                handle.closeCallback = null;
                loop.queues.run(callback);
                if (loop.halted()) {
                    return;
                }
            }
        }
    }
}
