package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * The immediates in the order they were set. A check phase runs those that were there when it began.
 *
 * <p>The ring holds {@link Immediate}s, and callbacks that nobody can clear or unref: those need no object of their own.
 */
final class ImmediateQueue {

    private final EventLoop loop;
    private final Ring<Object> items = new Ring<>();

    // What is counted is the exception: an immediate that just runs writes no count.

    /** How many in the ring were cleared. */
    private int cleared;

    /** How many in the ring do not keep the loop alive: those that were cleared or are unref'd. */
    private int weak;

    ImmediateQueue(EventLoop loop) {
        this.loop = loop;
    }

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    /** How many are to run. */
    int count() {
        return items.size() - cleared;
    }

    /** How many are to run or were cleared: what a check phase goes through. */
    int size() {
        return items.size();
    }

    /** Whether one of them keeps the loop alive. */
    boolean hasRef() {
        return items.size() != weak;
    }

    Immediate add(Runnable callback) {
        Immediate immediate = new Immediate(this, callback);
        items.add(immediate);
        return immediate;
    }

    /** Adds a callback that cannot be taken back, and that keeps the loop alive. */
    void addForGood(Runnable callback) {
        items.add(callback);
    }

    /** One in the ring was cleared. */
    void cleared(boolean wasRef) {
        cleared++;
        if (wasRef) {
            weak++;
        }
    }

    /** One in the ring began or ceased to keep the loop alive. */
    void refChanged(boolean isRef) {
        weak += isRef ? -1 : 1;
    }

    /** Takes the first one out, which is about to run: a callback, or an {@link Immediate}, also one that was cleared. */
    @Nullable
    Object poll() {
        Object item = items.poll();
        if (item instanceof Immediate immediate && !immediate.hasRef()) {
            weak--;
            if (immediate.callback == null) {
                cleared--;
            }
        }
        return item;
    }

    /** The loop has ended: what is set does not run any more. */
    void drop() {
        for (int left = items.size(); left > 0; left--) {
            Object item = poll();
            Runnable callback = item instanceof Immediate immediate ? immediate.take() : (Runnable) item;
            if (callback != null) {
                loop.lifecycle.drop(callback);
            }
        }
    }
}
