package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;

/** A subscription on a loop: demand and cancellation may come from any thread; everything else is on the loop's. */
abstract class LoopSubscription implements Subscription {

    final EventLoop loop;

    private volatile boolean cancelled;
    private volatile long badRequest = 1;

    LoopSubscription(EventLoop loop) {
        this.loop = loop;
    }

    /** Begins on the loop's thread; a subscriber that comes after the loop's end is told so. */
    final void start(CoreSubscriber<?> subscriber) {
        if (loop.inEventLoop()) {
            begin();
            return;
        }
        try {
            loop.execute(this::begin);
        } catch (RejectedExecutionException ended) {
            Operators.error(subscriber, ended);
        }
    }

    @Override
    public final void request(long n) {
        if (n <= 0) {
            badRequest = n;
        } else {
            asked(n);
        }
        proceedOnLoop();
    }

    @Override
    public final void cancel() {
        cancelled = true;
        proceedOnLoop();
    }

    private void proceedOnLoop() {
        if (loop.inEventLoop()) {
            proceed();
            return;
        }
        try {
            loop.execute(this::proceed);
        } catch (RejectedExecutionException ended) {
            // The subscriber was told of the loop's end, on the loop's thread.
        }
    }

    final boolean isCancelled() {
        return cancelled;
    }

    /** Returns how the subscriber has broken the rules; null if it has not. */
    final @Nullable IllegalArgumentException violation() {
        long asked = badRequest;
        return asked > 0
                ? null
                : new IllegalArgumentException(
                        "a subscriber must ask for at least one element (Reactive Streams 3.9), but asked for "
                                + asked);
    }

    /** Throws what is not for a subscriber: what is fatal, and the loop's exit. */
    final void throwIfNotForSubscriber(Throwable error) {
        Exceptions.throwIfFatal(error);
        if (error instanceof Error exit && loop.isHalted()) {
            throw exit;
        }
    }

    /** Tells the subscriber of the subscription, and starts what it is to. On the loop's thread. */
    abstract void begin();

    /** Notes demand. On any thread. */
    abstract void asked(long n);

    /** Tells the subscriber what it can be told by now. On the loop's thread. */
    abstract void proceed();
}
