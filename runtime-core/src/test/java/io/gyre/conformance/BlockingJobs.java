package io.gyre.conformance;

import io.gyre.loop.EventLoop;
import io.gyre.work.WorkerPool;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The thread pool of one program: four threads, first in first out. */
final class BlockingJobs {

    private final EventLoop loop;
    private final WorkerPool pool = WorkerPool.create(4);
    private final Map<String, CountDownLatch> gates = new HashMap<>();
    private final List<CountDownLatch> allGates = new ArrayList<>();

    BlockingJobs(EventLoop loop) {
        this.loop = loop;
    }

    /** A job that holds its thread until so long after its submission. */
    void work(long millis, Runnable callback) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        CountDownLatch gate = millis == 0 ? new CountDownLatch(0) : newGate();
        submit(() -> gate.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS), callback);
    }

    /** A job that holds its thread until its gate is opened. */
    void block(String id, Runnable callback) {
        CountDownLatch gate = newGate();
        gates.put(id, gate);
        submit(
                () -> {
                    gate.await();
                    return true;
                },
                callback);
    }

    void release(String id) {
        CountDownLatch gate = gates.get(id);
        if (gate != null) {
            gate.countDown();
        }
    }

    private CountDownLatch newGate() {
        CountDownLatch gate = new CountDownLatch(1);
        allGates.add(gate);
        return gate;
    }

    private void submit(Callable<Boolean> job, Runnable callback) {
        pool.submit(loop, WorkerPool.Kind.FAST_IO, "job", job, (error, result) -> {
            if (error != null) {
                throw new AssertionError(error);
            }
            callback.run();
        });
    }

    /** After the loop has ended: lets blocked jobs go. */
    void close() {
        allGates.forEach(CountDownLatch::countDown);
        pool.close();
    }
}
