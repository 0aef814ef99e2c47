package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * A callback of the check phase, made by {@link EventLoop#setImmediate}. Confined to the loop's thread.
 *
 * <p>A ref'd immediate keeps the loop alive and keeps the poll phase from sleeping; an unref'd one does neither and is
 * dropped if nothing else keeps the loop alive.
 */
public final class Immediate {

    private final ImmediateQueue queue;

    /** Null once it ran or was cleared. */
    @Nullable
    Runnable callback;

    private boolean ref = true;

    Immediate(ImmediateQueue queue, Runnable callback) {
        this.queue = queue;
        this.callback = callback;
    }

    /** Takes the callback back; does nothing if it ran or was cleared. */
    public void clear() {
        queue.checkThread("Immediate.clear");
        if (callback != null) {
            callback = null;
            queue.cleared(ref);
        }
    }

    /**
     * Lets this immediate keep the loop alive (the default).
     *
     * @return this
     */
    public Immediate ref() {
        queue.checkThread("Immediate.ref");
        if (callback != null && !ref) {
            ref = true;
            queue.refChanged(true);
        }
        return this;
    }

    /**
     * Lets the loop end without running this immediate.
     *
     * @return this
     */
    public Immediate unref() {
        queue.checkThread("Immediate.unref");
        if (callback != null && ref) {
            ref = false;
            queue.refChanged(false);
        }
        return this;
    }

    /**
     * Tells whether this immediate keeps the loop alive.
     *
     * @return false once it ran or was cleared
     */
    public boolean hasRef() {
        return callback != null && ref;
    }

    /** Returns the callback, which is about to run; null if it was cleared. */
    @Nullable
    Runnable take() {
        Runnable taken = callback;
        callback = null;
        return taken;
    }
}
