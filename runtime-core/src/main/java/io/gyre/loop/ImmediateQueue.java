package io.gyre.loop;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The immediates in the order they were set. A check phase runs those that were there when it began. */
final class ImmediateQueue {

    private final EventLoop loop;
    private @Nullable Immediate head;
    private @Nullable Immediate tail;
    private Consumer<? super Runnable> dropped = callback -> {};

    /** Immediates not yet run or cleared. */
    int count;

    /** Those of them that are ref'd. */
    int refCount;

    ImmediateQueue(EventLoop loop) {
        this.loop = loop;
    }

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    Immediate add(Runnable callback) {
        Immediate immediate = new Immediate(this, callback);
        Immediate last = tail;
        if (last == null) {
            head = immediate;
        } else {
            last.next = immediate;
        }
        tail = immediate;
        count++;
        refCount++;
        return immediate;
    }

    /** Runs a snapshot of the queue; what the callbacks add waits for the next turn. */
    void run(TaskQueues queues) {
        Immediate at = head;
        if (at == null) {
            return;
        }
        head = null;
        tail = null;
        while (at != null && !loop.halted()) {
            if (at.callback != null) {
                Runnable callback = at.settle();
                if (callback != null) {
                    queues.run(callback);
                    if (queues.lastFailed() && at.next == null) {
                        // As in Node: the phase goes on with what was set meanwhile.
                        at = head;
                        head = null;
                        tail = null;
                        continue;
                    }
                }
            }
            at = at.next;
        }
        if (at != null) {
            // The loop has ended: what was not reached is dropped with what was set meanwhile.
            Immediate last = at;
            while (last.next != null) {
                last = last.next;
            }
            last.next = head;
            head = at;
            if (tail == null) {
                tail = last;
            }
        }
    }

    /** Sets who is told of each callback that is dropped. */
    void onDropped(Consumer<? super Runnable> taker) {
        dropped = taker;
    }

    /** The loop has ended: what is set does not run any more. */
    void drop() {
        Immediate at = head;
        head = null;
        tail = null;
        for (; at != null; at = at.next) {
            Runnable callback = at.callback == null ? null : at.settle();
            if (callback != null) {
                dropped.accept(callback);
            }
        }
    }
}
