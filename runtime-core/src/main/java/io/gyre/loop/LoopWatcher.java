package io.gyre.loop;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A handle whose callback runs once in every turn while it is started. Confined to the loop's thread. */
public abstract sealed class LoopWatcher extends Handle permits Idle, Prepare, Check {

    private final LoopWatchers watchers;

    @Nullable
    Runnable callback;

    LoopWatcher(EventLoop loop, String kind, LoopWatchers watchers) {
        super(loop, kind);
        this.watchers = watchers;
    }

    /**
     * Starts to call back, last of its kind. Does nothing if it is started: the first callback stays.
     *
     * @param onTurn runs once in each turn
     * @throws IllegalStateException if this watcher is closed
     */
    public final void start(Runnable onTurn) {
        Objects.requireNonNull(onTurn, "onTurn");
        loop().checkThread(kind() + ".start");
        if (isActive()) {
            return;
        }
        activate();
        callback = ContextFrame.capture(loop(), onTurn);
        loop().onlyImmediates = false;
        watchers.add(this);
    }

    /** Stops to call back; it may be started again. Does nothing if it is not started. */
    public final void stop() {
        loop().checkThread(kind() + ".stop");
        if (isActive()) {
            deactivate();
            callback = null;
            watchers.remove(this);
        }
    }

    @Override
    protected final void onClose() {
        callback = null;
        watchers.remove(this);
    }
}
