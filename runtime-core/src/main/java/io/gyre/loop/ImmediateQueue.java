package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/** The immediates in the order they were set. A check phase runs those that were there when it began. */
final class ImmediateQueue {

    private final EventLoop loop;
    private @Nullable Immediate head;
    private @Nullable Immediate tail;

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
    }
}
