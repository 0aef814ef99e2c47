package io.gyre.benchmarks;

import java.util.concurrent.Semaphore;

/** A task that schedules itself again until its links are used up: each link is one scheduling and one run. */
abstract class Chain implements Runnable {

    private final Semaphore done = new Semaphore(0);
    private int left;

    /** Schedules the first link, from another thread. */
    abstract void begin();

    /** Schedules the next link, from the thread that runs this one. */
    abstract void next();

    @Override
    public final void run() {
        if (--left > 0) {
            next();
        } else {
            done.release();
        }
    }

    /** Runs the whole chain and waits for its end. On the thread that measures. */
    final void runToTheEnd(int links) throws InterruptedException {
        left = links;
        begin();
        done.acquire();
    }
}
