package io.gyre.benchmarks;

import java.util.concurrent.Semaphore;
import java.util.function.UnaryOperator;

/** A task that schedules itself again until its links are used up: each link is one scheduling and one run. */
final class Chain implements Runnable {

    private final Semaphore done = new Semaphore(0);
    private final Runnable start;
    private final Runnable next;
    private int left;

    /**
     * @param post prepares the first link, from another thread
     * @param next prepares every other link, from the contestant's own
     */
    Chain(UnaryOperator<Runnable> post, UnaryOperator<Runnable> next) {
        this.start = post.apply(this);
        this.next = next.apply(this);
    }

    @Override
    public void run() {
        if (--left > 0) {
            next.run();
        } else {
            done.release();
        }
    }

    /** Runs the whole chain and waits for its end. On the thread that measures. */
    void runToTheEnd(int links) throws InterruptedException {
        left = links;
        start.run();
        done.acquire();
    }
}
