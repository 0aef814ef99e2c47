package io.gyre.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.jctools.queues.MpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Work posted to the loop from any thread, and the wake-up that goes with it.
 *
 * <p>A poster adds its task, then looks whether the loop sleeps. The loop says that it will sleep, then looks whether
 * a task was added. Both orders are sequentially consistent (the queue's index moves by compare-and-set, the state is
 * volatile), so one of the two always sees the other, and of the posters that see a sleeping loop only one wakes it.
 */
final class Inbound extends CacheLinePadding {

    private static final int AWAKE = 0;
    private static final int SLEEPING = 1;
    private static final int CLOSED = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Inbound.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    // Before the fields that follow, as the inherited ones are before these.
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;

    private final String loopName;
    private final MpscUnboundedArrayQueue<Runnable> queue = new MpscUnboundedArrayQueue<>(1024);
    private @Nullable Poller poller;

    @SuppressWarnings("unused") // through STATE
    private volatile int state = AWAKE;

    /** Tasks that came too late, until their poster finds them. Guarded by itself. */
    private final List<Runnable> late = new ArrayList<>();

    Inbound(String loopName) {
        this.loopName = loopName;
    }

    void wakeThrough(Poller wakes) {
        poller = wakes;
    }

    /** Adds a task. From any thread. */
    void post(Runnable task) {
        queue.offer(task);
        int seen = state;
        if (seen != AWAKE) {
            notAwake(seen, task);
        }
    }

    private void notAwake(int seen, Runnable task) {
        if (seen == CLOSED) {
            rejectIfLate(task);
        } else if (STATE.compareAndSet(this, SLEEPING, AWAKE)) {
            wake();
        }
        // Else the loop woke meanwhile, and what closes it then finds the task: it was there before.
    }

    private void wake() {
        Poller wakes = poller;
        if (wakes != null) {
            wakes.wakeup();
        }
    }

    /** Wakes a sleeping loop without a task. From any thread. */
    void wakeUp() {
        if (STATE.compareAndSet(this, SLEEPING, AWAKE)) {
            wake();
        }
    }

    /** Announces that the loop is about to sleep. On the loop's thread; {@link #isEmpty} must be asked afterwards. */
    void sleeping() {
        state = SLEEPING;
    }

    /** Announces that the loop is awake. On the loop's thread. */
    void awake() {
        state = AWAKE;
    }

    /** Whether the loop may still block: nothing was posted, and nobody woke it, since it said that it sleeps. */
    boolean maySleep() {
        return state == SLEEPING && queue.isEmpty();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    int size() {
        return queue.size();
    }

    @Nullable
    Runnable poll() {
        return queue.poll();
    }

    /**
     * Refuses what is posted from now on, and returns what was accepted before and has not run. On the loop's thread,
     * once.
     */
    List<Runnable> close() {
        synchronized (late) {
            state = CLOSED;
            List<Runnable> accepted = new ArrayList<>();
            Runnable task;
            while ((task = queue.poll()) != null) {
                accepted.add(task);
            }
            return accepted;
        }
    }

    /**
     * Decides the fate of a task that may have been added after the loop's last look. What {@link #close} took was
     * accepted; what is in the queue since belongs to posters that saw the closed state and come here to find it.
     */
    private void rejectIfLate(Runnable task) {
        boolean rejected = false;
        synchronized (late) {
            Runnable left;
            while ((left = queue.poll()) != null) {
                late.add(left);
            }
            for (int i = 0; i < late.size(); i++) {
                if (late.get(i) == task) {
                    late.remove(i);
                    rejected = true;
                    break;
                }
            }
        }
        if (rejected) {
            throw new RejectedExecutionException("event loop '" + loopName + "' has ended and takes no more work");
        }
    }
}
