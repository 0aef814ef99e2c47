package io.gyre.loop;

/**
 * An operation that is its own timer. For adapters, whose programs have very many that wait for a time, such as delayed
 * coroutines: timer, callback and state are one object.
 *
 * <p><b>Thread.</b> Made on any thread; everything else on the loop's.
 *
 * <p><b>Order, errors.</b> {@link #run} is called as a callback of {@link EventLoop#setTimeout} is, in the context frame
 * that {@link #startTimer} was called in.
 *
 * <p><b>End.</b> A loop that ends gives an operation that still waits to those who listen to {@link EventLoop#onDropped}.
 */
public abstract non-sealed class TimedOperation extends Timer implements Runnable {

    /**
     * Makes an operation whose timer is not set yet.
     *
     * @param loop the loop that it will run on
     * @param delayMillis milliseconds; below 1 or above 2^31-1 means 1, as in Node
     * @param ref whether it keeps the loop alive while it waits
     */
    protected TimedOperation(EventLoop loop, long delayMillis, boolean ref) {
        super(loop.timers, null, TimerLists.delay(delayMillis), false);
        this.ref = ref;
    }

    /** Sets the timer from now on; {@link #refresh} sets it again. Does nothing once it was cleared. */
    protected final void startTimer() {
        EventLoop loop = lists().loop;
        loop.checkThread("TimedOperation.startTimer");
        set(ContextFrame.capture(loop, this));
    }
}
