package io.gyre.loop;

import java.util.ArrayList;
import java.util.List;

/** The started watchers of one kind. A phase runs those that were there when it began and are still started. */
final class LoopWatchers {

    private static final LoopWatcher[] NONE = {};

    private final List<LoopWatcher> started = new ArrayList<>(2);
    private LoopWatcher[] snapshot = NONE;

    void add(LoopWatcher watcher) {
        started.add(watcher);
        snapshot = started.toArray(NONE);
    }

    void remove(LoopWatcher watcher) {
        if (started.remove(watcher)) {
            snapshot = started.toArray(NONE);
        }
    }

    boolean isEmpty() {
        return snapshot.length == 0;
    }

    void run(EventLoop loop) {
        for (LoopWatcher watcher : snapshot) {
            if (loop.halted()) {
                return;
            }
            Runnable callback = watcher.callback;
            if (callback != null) {
                loop.makeCallback(callback);
            }
        }
    }
}
