package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.stream.flow.SubscriptionHandle;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Operators;

/**
 * Passes the events of a listener to one subscriber as it asks for them. Demand and cancellation may come from any
 * thread; everything else is on the loop's.
 */
final class ListenerSubscription<T> implements Subscription {

    @SuppressWarnings("rawtypes") // as updaters of generic classes are
    private static final AtomicLongFieldUpdater<ListenerSubscription> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(ListenerSubscription.class, "requested");

    private final EventLoop loop;
    private final CoreSubscriber<? super T> subscriber;

    /** Events that were not asked for yet. */
    private final Queue<T> waiting = new ArrayDeque<>();

    @SuppressWarnings("unused") // through REQUESTED
    private volatile long requested;

    private volatile boolean cancelled;
    private volatile long badRequest = 1;

    private @Nullable Registration registration;
    private @Nullable SubscriptionHandle handle;
    private @Nullable Throwable error;
    private boolean emitting;
    private boolean over;

    ListenerSubscription(EventLoop loop, CoreSubscriber<? super T> subscriber) {
        this.loop = loop;
        this.subscriber = subscriber;
    }

    void begin(Function<? super Consumer<T>, ? extends Registration> register) {
        SubscriptionHandle watch = new SubscriptionHandle(loop, this, this::fail);
        // Whoever has the events keeps the loop alive, or does not.
        watch.unref();
        handle = watch;
        subscriber.onSubscribe(this);
        if (over || cancelled) {
            drain();
            return;
        }
        try {
            Consumer<T> listener = this::happened;
            Registration added = register.apply(listener);
            if (over) {
                added.remove();
            } else {
                registration = added;
            }
        } catch (Throwable t) {
            Exceptions.throwIfFatal(t);
            if (t instanceof Error exit && loop.isHalted()) {
                throw exit;
            }
            fail(t);
        }
    }

    private void happened(T event) {
        if (!over) {
            waiting.add(event);
            drain();
        }
    }

    private void fail(Throwable with) {
        error = with;
        drain();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            badRequest = n;
        } else {
            Operators.addCap(REQUESTED, this, n);
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
            drain();
            return;
        }
        try {
            loop.execute(this::drain);
        } catch (RejectedExecutionException ended) {
            // The listener went with the loop, and nobody can be told on the loop's thread.
        }
    }

    private void drain() {
        if (emitting || over) {
            return;
        }
        emitting = true;
        try {
            while (!isOver() && requested > 0 && !waiting.isEmpty()) {
                Operators.produced(REQUESTED, this, 1);
                subscriber.onNext(waiting.remove());
            }
        } finally {
            emitting = false;
        }
    }

    /** Ends the subscription if there is a reason to. What has happened before an error is passed on before it. */
    private boolean isOver() {
        Throwable reason = error;
        if (cancelled) {
            end();
        } else if (badRequest <= 0) {
            end();
            subscriber.onError(new IllegalArgumentException(
                    "a subscriber must ask for at least one element (Reactive Streams 3.9), but asked for "
                            + badRequest));
        } else if (reason != null && waiting.isEmpty()) {
            end();
            subscriber.onError(reason);
        }
        return over;
    }

    private void end() {
        over = true;
        waiting.clear();
        Registration added = registration;
        if (added != null) {
            registration = null;
            added.remove();
        }
        SubscriptionHandle held = handle;
        if (held != null) {
            held.done();
        }
    }

    @Override
    public String toString() {
        return "subscription to events";
    }
}
