package io.gyre.reactor;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.stream.flow.SubscriptionHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;

/**
 * Tells one subscriber how a promise settled: an error or nothing at once, a value when it was asked for. Demand and
 * cancellation may come from any thread; everything else is on the loop's.
 */
final class PromiseSubscription<T> implements Subscription {

    private final EventLoop loop;

    private volatile boolean asked;
    private volatile boolean cancelled;
    private volatile long badRequest = 1;

    /** Null once it was told the outcome, or does not want to hear it. */
    private @Nullable CoreSubscriber<? super T> subscriber;

    private @Nullable SubscriptionHandle handle;

    /** Made when the operation wants to hear that it is given up. */
    private @Nullable AbortController givingUp;

    private boolean settled;
    private @Nullable T value;
    private @Nullable Throwable reason;

    PromiseSubscription(EventLoop loop, CoreSubscriber<? super T> subscriber) {
        this.loop = loop;
        this.subscriber = subscriber;
    }

    void begin(PromiseMono.Operation<T> operation) {
        CoreSubscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        SubscriptionHandle watch = new SubscriptionHandle(loop, this, this::loopEnds);
        // A promise does not keep the loop alive; what is to settle it does.
        watch.unref();
        handle = watch;
        to.onSubscribe(this);
        if (cancelled || subscriber == null) {
            return;
        }
        try {
            operation.startFor(this).await(this::fulfilled, this::rejected);
        } catch (Throwable t) {
            Exceptions.throwIfFatal(t);
            if (t instanceof Error exit && loop.isHalted()) {
                throw exit;
            }
            rejected(t);
        }
    }

    /** What aborts when the subscriber cancels before it was told. */
    AbortSignal signal() {
        AbortController made = new AbortController(loop);
        givingUp = made;
        return made.signal();
    }

    private void fulfilled(@Nullable T with) {
        settled = true;
        value = with;
        tell();
    }

    private void rejected(Throwable with) {
        settled = true;
        reason = with;
        tell();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            badRequest = n;
        } else {
            asked = true;
        }
        onLoop();
    }

    @Override
    public void cancel() {
        cancelled = true;
        onLoop();
    }

    private void onLoop() {
        if (loop.inEventLoop()) {
            tell();
            return;
        }
        try {
            loop.execute(this::tell);
        } catch (RejectedExecutionException ended) {
            // The promise cannot settle any more, and nobody can be told on the loop's thread.
        }
    }

    private void tell() {
        CoreSubscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        Throwable error = reason;
        T with = value;
        if (cancelled) {
            over();
            giveUp();
        } else if (badRequest <= 0) {
            over();
            to.onError(new IllegalArgumentException(
                    "a subscriber must ask for at least one element (Reactive Streams 3.9), but asked for "
                            + badRequest));
        } else if (settled && error != null) {
            over();
            to.onError(error);
        } else if (settled && with == null) {
            over();
            to.onComplete();
        } else if (settled && asked && with != null) {
            over();
            to.onNext(with);
            if (!cancelled) {
                to.onComplete();
            }
        }
    }

    private void over() {
        subscriber = null;
        SubscriptionHandle held = handle;
        if (held != null) {
            held.done();
        }
    }

    private void giveUp() {
        AbortController controller = givingUp;
        if (controller != null) {
            controller.abort(new CancellationException("the subscriber has cancelled"));
        }
    }

    private void loopEnds(RejectedExecutionException ended) {
        CoreSubscriber<? super T> to = subscriber;
        subscriber = null;
        if (to != null && !cancelled) {
            to.onError(ended);
        }
    }

    @Override
    public String toString() {
        return "subscription to a promise";
    }
}
