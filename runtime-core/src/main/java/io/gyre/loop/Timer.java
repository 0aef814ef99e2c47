package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * A callback that is due after a time, made by {@link EventLoop#setTimeout} or {@link EventLoop#setInterval}: Node's
 * {@code Timeout}. Confined to the loop's thread.
 *
 * <p>Runs in the timers phase. A ref'd timer that is set keeps the loop alive; an unref'd one does not, but still
 * fires if something else does.
 */
public sealed class Timer permits TimedOperation {

    private final TimerLists lists;

    /** Null only in an operation that was never started. */
    @Nullable
    Runnable callback;

    /** The delay in milliseconds, 1 to 2^31-1. */
    final int delay;

    private final boolean repeat;

    /** The list of its delay while it waits there, and its place in it; null while it is in none. */
    @Nullable
    TimerList list;

    /** The one before it; of the first, the last. */
    @Nullable
    Timer previous;

    @Nullable
    Timer next;

    /** When it was set, in whole milliseconds of the loop's clock. */
    long start;

    boolean ref = true;

    /** Counts for liveness: set, and neither run out nor cleared. */
    boolean live;

    private boolean cleared;

    Timer(TimerLists lists, @Nullable Runnable callback, int delay, boolean repeat) {
        this.lists = lists;
        this.callback = callback;
        this.delay = delay;
        this.repeat = repeat;
    }

    /** Gives a timer its callback and sets it, unless it was cleared already. */
    void set(Runnable callback) {
        if (!cleared) {
            this.callback = callback;
            lists.insert(this, lists.startFromNow());
        }
    }

    TimerLists lists() {
        return lists;
    }

    /** Stops this timer for good; {@link #refresh} does nothing afterwards. Clearing it again does nothing. */
    public void clear() {
        lists.loop.checkThread("Timer.clear");
        if (cleared) {
            return;
        }
        cleared = true;
        lists.remove(this);
    }

    /**
     * Sets this timer anew from now on with the same delay, also if it has fired. Does nothing once it was cleared.
     *
     * @return this
     */
    public Timer refresh() {
        lists.loop.checkThread("Timer.refresh");
        if (!cleared && callback != null) {
            lists.insert(this, lists.startFromNow());
        }
        return this;
    }

    /**
     * Lets this timer keep the loop alive (the default).
     *
     * @return this
     */
    public Timer ref() {
        return setRef(true);
    }

    /**
     * Lets the loop end before this timer fires.
     *
     * @return this
     */
    public Timer unref() {
        return setRef(false);
    }

    private Timer setRef(boolean value) {
        lists.loop.checkThread(value ? "Timer.ref" : "Timer.unref");
        if (ref != value) {
            ref = value;
            if (live) {
                lists.refCount += value ? 1 : -1;
            }
        }
        return this;
    }

    /**
     * Tells whether this timer is ref'd. As in Node, a ref'd timer says true also after it fired or was cleared.
     *
     * @return whether it is ref'd
     */
    public boolean hasRef() {
        return ref;
    }

    /**
     * Tells whether this timer is set.
     *
     * @return false once it has fired for the last time or was cleared
     */
    public boolean isActive() {
        return live && !cleared;
    }

    /** The one before it in its list, given that it is in one. */
    Timer previous() {
        Timer before = previous;
        if (before == null) {
            throw new AssertionError("a timer that is in no list has no previous one");
        }
        return before;
    }

    boolean isRepeating() {
        return repeat && !cleared;
    }

    @Override
    public String toString() {
        return (repeat ? "every " : "after ") + delay + " ms";
    }
}
