package io.gyre.work;

import io.gyre.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads for work that blocks: files, name look-ups, heavy computation (libuv's thread pool).
 *
 * <p><b>Thread.</b> Jobs are submitted on a loop's thread, run on a worker and complete on the loop, in its poll phase.
 * The counts may be read from any thread. Workers are daemon threads, started when there is work for them.
 *
 * <p><b>Order.</b> Jobs start in the order they were submitted, except that {@link Kind#SLOW_IO} holds at most half of
 * the threads and is passed over while it does. They complete in any order.
 *
 * <p><b>Errors.</b> What a job throws is what it completes with.
 *
 * <p><b>Close.</b> The shared pool is never closed. {@link #close} lets the workers end after the jobs that wait.
 */
public final class WorkerPool implements AutoCloseable {

    /** What a job does with its thread. */
    public enum Kind {
        /** Computes. */
        CPU,
        /** Waits for a disk or the like. */
        FAST_IO,
        /** Waits for others, maybe for long: name look-ups. Takes at most half of the threads. */
        SLOW_IO
    }

    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
    private static final int DEFAULT_SIZE = 4;
    private static final int MAX_SIZE = 1024;

    private final int size;
    private final int slowLimit;
    private final String threadPrefix;

    private final Object lock = new Object();

    /** What waits for a thread; {@link #slowTurn} stands for the next slow job. Guarded by {@code lock}. */
    private final ArrayDeque<Object> queue = new ArrayDeque<>();

    /** Slow jobs that wait, in order. Guarded by {@code lock}. */
    private final ArrayDeque<WorkRequest<?>> slowQueue = new ArrayDeque<>();

    private final Object slowTurn = new Object();
    private int threads;
    private int idle;
    private int active;
    private int slowActive;
    private boolean closed;

    private WorkerPool(int size, String threadPrefix) {
        this.size = size;
        this.slowLimit = (size + 1) / 2;
        this.threadPrefix = threadPrefix;
    }

    /** Holds the pool of the process: made, with the size that the environment asks for, at its first use. */
    private static final class Shared {
        static final WorkerPool POOL = new WorkerPool(
                sizeOf(System.getenv("GYRE_THREADPOOL_SIZE"), System.getenv("UV_THREADPOOL_SIZE")), "gyre-worker-");
    }

    /**
     * Returns the pool of the process. Its size is 4, or what {@code GYRE_THREADPOOL_SIZE}, else
     * {@code UV_THREADPOOL_SIZE} says, from 1 to 1024. From any thread.
     *
     * @return always the same one
     */
    public static WorkerPool shared() {
        return Shared.POOL;
    }

    /**
     * Makes a pool of its own.
     *
     * @param size how many threads, 1 to 1024
     * @return a pool without a thread yet
     */
    public static WorkerPool create(int size) {
        if (size < 1 || size > MAX_SIZE) {
            throw new IllegalArgumentException("a worker pool has 1 to " + MAX_SIZE + " threads, not " + size);
        }
        return new WorkerPool(size, "gyre-worker-");
    }

    /** Reads the size as libuv does: nothing means 4, garbage and 0 mean 1. */
    static int sizeOf(@Nullable String own, @Nullable String libuv) {
        String text = own == null || own.isBlank() ? libuv : own;
        if (text == null || text.isBlank()) {
            return DEFAULT_SIZE;
        }
        try {
            return (int) Math.max(1, Math.min(MAX_SIZE, Long.parseLong(text.trim())));
        } catch (NumberFormatException e) {
            LOG.warn("a thread pool size of '{}' is not a number; one thread is used", text.toLowerCase(Locale.ROOT));
            return 1;
        }
    }

    /**
     * Submits a job. On the loop's thread. The loop stays alive until the job has completed.
     *
     * @param <T> the type of the result
     * @param loop the loop that the completion runs on
     * @param kind what the job does with its thread
     * @param description what it is, for {@link EventLoop#activeResources}
     * @param job runs on a worker
     * @param completion told the outcome, on the loop, in the poll phase
     * @return the job, to cancel
     */
    public <T extends @Nullable Object> WorkRequest<T> submit(
            EventLoop loop, Kind kind, String description, Callable<T> job, WorkCompletion<? super T> completion) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(job, "job");
        Objects.requireNonNull(completion, "completion");
        synchronized (lock) {
            if (closed) {
                throw new IllegalStateException("the worker pool is closed");
            }
            if (threads == 0) {
                // Before there is a request, which nobody would complete if this fails.
                startWorker();
            }
            WorkRequest<T> request = new WorkRequest<>(this, loop, kind, description, job, completion);
            enqueue(request);
            return request;
        }
    }

    /** Guarded by the lock. */
    private void enqueue(WorkRequest<?> request) {
        if (request.kind() == Kind.SLOW_IO) {
            slowQueue.add(request);
            if (slowQueue.size() == 1 && !queue.contains(slowTurn)) {
                queue.add(slowTurn);
            }
        } else {
            queue.add(request);
        }
        if (idle > 0) {
            lock.notify();
        }
        // A worker that was woken or started, but has not taken its job yet, counts for one job only.
        int waiting = queue.size() + Math.max(0, slowQueue.size() - 1);
        if (waiting > threads - active && threads < size) {
            tryToStartAnother();
        }
    }

    private void tryToStartAnother() {
        try {
            startWorker();
        } catch (OutOfMemoryError noThread) {
            LOG.warn("no thread for another worker; {} of {} go on with the work", threads, size, noThread);
        }
    }

    private void startWorker() {
        // Thread-locals of whoever happens to submit first are not for the worker.
        Thread worker = new Thread(null, this::work, threadPrefix + (threads + 1), 0, false);
        worker.setDaemon(true);
        worker.start();
        threads++;
    }

    private void work() {
        for (; ; ) {
            WorkRequest<?> request = take();
            if (request == null) {
                return;
            }
            try {
                request.execute();
            } finally {
                done(request);
            }
        }
    }

    /** Waits for a job; null when the pool is closed and nothing is left. */
    private @Nullable WorkRequest<?> take() {
        synchronized (lock) {
            for (; ; ) {
                WorkRequest<?> request = next();
                if (request != null) {
                    active++;
                    return request;
                }
                if (closed && queue.isEmpty()) {
                    threads--;
                    lock.notifyAll();
                    return null;
                }
                idle++;
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    // Nobody interrupts a worker to stop it; a job that left the flag set must not end its thread.
                    LOG.debug("a worker was interrupted while it waited for work");
                } finally {
                    idle--;
                }
            }
        }
    }

    /** Takes the first job that may run. A slow one at the limit goes behind all others. Guarded by the lock. */
    private @Nullable WorkRequest<?> next() {
        Object first = queue.peek();
        if (first == slowTurn && slowActive >= slowLimit) {
            if (queue.size() == 1) {
                return null;
            }
            queue.remove();
            queue.add(slowTurn);
            first = queue.peek();
        }
        if (first == null) {
            return null;
        }
        queue.remove();
        if (first != slowTurn) {
            return (WorkRequest<?>) first;
        }
        WorkRequest<?> slow = slowQueue.poll();
        if (slow == null) {
            return next();
        }
        slowActive++;
        if (!slowQueue.isEmpty()) {
            queue.add(slowTurn);
            if (idle > 0) {
                lock.notify();
            }
        }
        return slow;
    }

    private void done(WorkRequest<?> request) {
        synchronized (lock) {
            active--;
            if (request.kind() == Kind.SLOW_IO) {
                slowActive--;
            }
        }
    }

    /** Takes a job back that no worker has begun. From any thread. */
    boolean remove(WorkRequest<?> request) {
        synchronized (lock) {
            return request.kind() == Kind.SLOW_IO ? slowQueue.remove(request) : queue.remove(request);
        }
    }

    /**
     * Counts the jobs that wait for a thread. From any thread.
     *
     * @return 0 or more
     */
    public int queued() {
        synchronized (lock) {
            return queue.size() - (queue.contains(slowTurn) ? 1 : 0) + slowQueue.size();
        }
    }

    /**
     * Counts the jobs that are running. From any thread.
     *
     * @return 0 to {@link #size}
     */
    public int active() {
        synchronized (lock) {
            return active;
        }
    }

    /**
     * Returns how many threads there may be. From any thread.
     *
     * @return 1 to 1024
     */
    public int size() {
        return size;
    }

    /**
     * Takes no more jobs; the workers end when those that wait are done. From any thread.
     *
     * @throws UnsupportedOperationException for the shared pool
     */
    @Override
    public void close() {
        if (this == Shared.POOL) {
            throw new UnsupportedOperationException("the shared worker pool is never closed");
        }
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }
}
