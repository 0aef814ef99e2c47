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
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;

/** Passes the events of a listener to one subscriber as it asks for them. */
final class ListenerSubscription<T> extends LoopSubscription {

    @SuppressWarnings("rawtypes") // as updaters of generic classes are
    private static final AtomicLongFieldUpdater<ListenerSubscription> REQUESTED =
            AtomicLongFieldUpdater.newUpdater(ListenerSubscription.class, "requested");

    private final CoreSubscriber<? super T> subscriber;
    private final Function<? super Consumer<T>, ? extends Registration> register;

    /** Events that were not asked for yet. */
    private final Queue<T> waiting = new ArrayDeque<>();

    @SuppressWarnings("unused") // through REQUESTED
    private volatile long requested;

    private @Nullable Registration registration;
    private @Nullable SubscriptionHandle handle;
    private @Nullable Throwable error;
    private boolean emitting;
    private boolean over;

    ListenerSubscription(
            EventLoop loop,
            CoreSubscriber<? super T> subscriber,
            Function<? super Consumer<T>, ? extends Registration> register) {
        super(loop);
        this.subscriber = subscriber;
        this.register = register;
    }

    @Override
    void begin() {
        SubscriptionHandle watch = new SubscriptionHandle(loop, this, this::loopEnds);
        // Whoever has the events keeps the loop alive, or does not.
        watch.unref();
        handle = watch;
        subscriber.onSubscribe(this);
        if (over || isCancelled()) {
            proceed();
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
            throwIfNotForSubscriber(t);
            error = t;
            proceed();
        }
    }

    private void happened(T event) {
        if (!over) {
            waiting.add(event);
            proceed();
        }
    }

    /** Nobody can ask for what waits any more. */
    private void loopEnds(RejectedExecutionException ended) {
        error = ended;
        proceed();
        discardWaiting();
        proceed();
    }

    @Override
    void asked(long n) {
        Operators.addCap(REQUESTED, this, n);
    }

    @Override
    void proceed() {
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
        IllegalArgumentException violation = violation();
        if (isCancelled()) {
            end();
        } else if (violation != null) {
            end();
            subscriber.onError(violation);
        } else if (reason != null && waiting.isEmpty()) {
            end();
            subscriber.onError(reason);
        }
        return over;
    }

    private void end() {
        over = true;
        discardWaiting();
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

    private void discardWaiting() {
        Operators.onDiscardQueueWithClear(waiting, subscriber.currentContext(), null);
    }

    @Override
    public String toString() {
        return "subscription to events";
    }
}
