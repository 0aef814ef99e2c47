package io.gyre.testing;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopBuilder;
import io.gyre.loop.LoopDriver;
import io.gyre.loop.Poller;
import io.gyre.loop.Ticker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until it is moved, and a poll phase that moves it instead of sleeping: a whole program
 * runs in virtual time, repeatably.
 *
 * <p>Made for one loop, built with {@link #builder()}. Under {@link EventLoop#run(Runnable)} the clock jumps to the next
 * timer when the loop would sleep and no request is under way (the rule of Tokio's paused time); while a request is
 * under way, such as a job of a worker pool, the loop really waits for it. Under {@link #drive()} nothing moves by
 * itself. Such a loop has no transport: {@link EventLoop#netty()} refuses.
 *
 * <p>The clock may be read from any thread; everything else is the loop thread's.
 */
public final class VirtualTime implements Ticker {

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private boolean driven;

    /** Creates a clock that stands at zero. */
    public VirtualTime() {}

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    /**
     * Starts to describe a loop that lives on this clock.
     *
     * @return a builder whose ticker and poller are set
     */
    public EventLoopBuilder builder() {
        return EventLoop.builder().ticker(this).poller(VirtualPoller::new);
    }

    /**
     * Makes a loop on this clock that is turned by hand.
     *
     * @return the rig; close it to end the loop
     */
    public Rig drive() {
        driven = true;
        return new Rig(builder().build().drive());
    }

    /**
     * Moves the clock while a callback runs: the callback "takes" that long.
     *
     * @param duration how far; not negative
     */
    public void elapse(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        nanos.addAndGet(duration.toNanos());
    }

    /** A loop in virtual time that is turned by hand. */
    public final class Rig implements AutoCloseable {

        private final LoopDriver driver;

        private Rig(LoopDriver driver) {
            this.driver = driver;
        }

        /**
         * Returns the loop.
         *
         * @return the driven loop
         */
        public EventLoop loop() {
            return driver.loop();
        }

        /**
         * Runs one callback on the loop.
         *
         * @param callback what to run
         */
        public void run(Runnable callback) {
            driver.run(callback);
        }

        /**
         * Makes one turn at the present virtual time.
         *
         * @return whether anything keeps the loop alive
         */
        public boolean turn() {
            return driver.turn();
        }

        /**
         * Moves the clock forward in steps of whole milliseconds, with a turn at each, so that every timer fires at
         * its own time and in order.
         *
         * @param duration how far
         */
        public void advanceTimeBy(Duration duration) {
            long end = nanos.get() + duration.toNanos();
            driver.turn();
            while (nanos.get() < end) {
                step(end);
                driver.turn();
            }
        }

        /**
         * Makes turns, and moves the clock where nothing else is left to do, until nothing keeps the loop alive.
         *
         * @param limit how far the clock may go
         * @throws IllegalStateException if something still keeps the loop alive at the limit, naming it
         */
        public void advanceUntilIdle(Duration limit) {
            long end = nanos.get() + limit.toNanos();
            while (driver.turn()) {
                if (nanos.get() >= end) {
                    throw new IllegalStateException("still alive after " + limit + ": " + activeResources());
                }
                step(end);
            }
        }

        private void step(long end) {
            nanos.set(Math.min(end, nanos.get() + NANOS_PER_MILLI));
        }

        private String activeResources() {
            StringBuilder names = new StringBuilder();
            driver.run(() -> names.append(driver.loop().activeResources()));
            return names.toString();
        }

        /** Ends the loop. */
        @Override
        public void close() {
            driver.close();
        }
    }

    private final class VirtualPoller implements Poller {

        private final Context context;
        private volatile @Nullable Thread sleeper;

        VirtualPoller(Context context) {
            this.context = context;
        }

        @Override
        public int poll(long timeoutNanos) {
            if (timeoutNanos == 0 || driven) {
                return 0;
            }
            if (timeoutNanos > 0 && context.activeRequests() == 0) {
                if (context.mayBlock()) {
                    nanos.addAndGet(timeoutNanos);
                }
                return 0;
            }
            sleeper = Thread.currentThread();
            try {
                while (context.mayBlock()) {
                    LockSupport.park(this);
                }
            } finally {
                sleeper = null;
            }
            return 0;
        }

        @Override
        public void wakeup() {
            LockSupport.unpark(sleeper);
        }

        @Override
        public void close() {}

        @Override
        public String toString() {
            return "virtual time";
        }
    }
}
