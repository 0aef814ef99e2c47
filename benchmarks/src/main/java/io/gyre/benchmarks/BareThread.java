package io.gyre.benchmarks;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The least that can run coroutines: a thread with a queue, and no timers, no I/O, no order but that of the queue. What the
 * others need beyond its time is theirs; what it needs is kotlinx.coroutines' own.
 */
final class BareThread extends Thread implements Executor, AutoCloseable {

    private static final int CAPACITY = 1 << 17;

    /** Tasks between two looks at what other threads sent. */
    private static final int BATCH = 64;

    private final ConcurrentLinkedQueue<Runnable> sent = new ConcurrentLinkedQueue<>();

    /** Of a fixed size: no benchmark has more coroutines at once. */
    private final @Nullable Runnable[] ring = new Runnable[CAPACITY];

    private int head;
    private int tail;
    private volatile boolean ended;

    BareThread() {
        super("bare");
        setDaemon(true);
    }

    @Override
    public void execute(Runnable task) {
        if (Thread.currentThread() != this) {
            sent.add(task);
            LockSupport.unpark(this);
            return;
        }
        ring[tail] = task;
        tail = (tail + 1) & (CAPACITY - 1);
        if (tail == head) {
            throw new IllegalStateException("more than " + (CAPACITY - 1) + " tasks at once");
        }
    }

    @Override
    public void run() {
        while (!ended) {
            Runnable task;
            for (int left = BATCH; left > 0 && (task = ring[head]) != null; left--) {
                ring[head] = null;
                head = (head + 1) & (CAPACITY - 1);
                task.run();
            }
            while ((task = sent.poll()) != null) {
                task.run();
            }
            if (ring[head] == null && sent.isEmpty()) {
                LockSupport.park(this);
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        LockSupport.unpark(this);
    }
}
