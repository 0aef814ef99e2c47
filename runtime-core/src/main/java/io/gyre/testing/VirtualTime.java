package io.gyre.testing;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopBuilder;
import io.gyre.loop.LoopDriver;
import io.gyre.loop.Ticker;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until it is moved, and a poll phase that moves it instead of sleeping: a whole program
 * runs in virtual time, repeatably.
 *
 * <p>Made for one loop, built with {@link #builder()}. Under {@link EventLoop#run(Runnable)} the clock jumps to the next
 * timer, or to the next arrival on the network, when the loop would sleep and no request is under way (the rule of
 * Tokio's paused time); while a request is under way, such as a job of a worker pool, the loop really waits for it.
 * Under {@link #drive()} nothing moves by itself. Such a loop's channels live on the {@link #network()}.
 *
 * <p>The clock may be read from any thread; everything else is the loop thread's.
 */
public final class VirtualTime implements Ticker {

    private static final long NANOS_PER_MILLI = 1_000_000;

    /** From here a timer can still be set: 292 years, less the longest timer. */
    private static final long LAST_NANO_TIME = Long.MAX_VALUE - Integer.MAX_VALUE * NANOS_PER_MILLI * 2;

    private final AtomicLong nanos = new AtomicLong();
    private final MemoryNetwork network = new MemoryNetwork(this);
    private IdleRule idleRule = (nanosToNext, awaited) -> false;

    /** Creates a clock that stands at zero. */
    public VirtualTime() {}

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    /**
     * Starts to describe a loop that lives on this clock.
     *
     * @return a builder whose ticker and transport are set
     */
    public EventLoopBuilder builder() {
        return EventLoop.builder().ticker(this).transport(network.transport()).pollInterval(Duration.ZERO);
    }

    /**
     * Makes a loop on this clock that is turned by hand.
     *
     * @return the rig; close it to end the loop
     */
    public Rig drive() {
        return new Rig(builder().build().drive());
    }

    /**
     * Returns the network that the loop's servers listen on.
     *
     * @return the network of this clock's loop
     */
    public MemoryNetwork network() {
        return network;
    }

    /**
     * Sets who decides what happens when the loop would sleep. Before the loop runs, or on its thread.
     *
     * @param rule asked each time
     * @return this
     */
    public VirtualTime whenIdle(IdleRule rule) {
        idleRule = Objects.requireNonNull(rule, "rule");
        return this;
    }

    /** Decides what happens when a loop in virtual time would sleep, and no request is under way. */
    @FunctionalInterface
    public interface IdleRule {

        /**
         * Asked in the poll phase, on the loop's thread. It may move the clock with {@link #elapse} and run callbacks.
         *
         * @param nanosToNext how far away the next timer or arrival is; -1 if there is none
         * @param awaited whether a timer that keeps the loop alive is set, or something is on its way
         * @return true if it has done something, so that the loop goes on as it is; false to let the clock jump to what
         *     is next, or, if there is nothing, to wait for another thread
         */
        boolean idle(long nanosToNext, boolean awaited);

        /**
         * Told, on the loop's thread, that this thread was interrupted while the loop really waited. Unless the rule
         * clears the thread's interrupt status, it is kept, and the loop waits on.
         */
        default void interrupted() {}
    }

    boolean idle(long nanosToNext, boolean awaited) {
        return idleRule.idle(nanosToNext, awaited);
    }

    void interrupted() {
        idleRule.interrupted();
    }

    /** Whether the clock can go that much farther: the time of no timer may overflow. */
    boolean canJump(long distance) {
        return distance <= LAST_NANO_TIME - nanos.get();
    }

    void jump(long distance) {
        nanos.addAndGet(distance);
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
}
