package io.gyre.reactor;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.stream.flow.SubscriptionHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Tells one subscriber how a promise settled: an error or nothing at once, a value when it was asked for. */
final class PromiseSubscription<T> extends LoopSubscription {

    private final PromiseMono.Operation<T> operation;

    private volatile boolean asked;

    /** Null once it was told the outcome, or does not want to hear it. */
    private @Nullable CoreSubscriber<? super T> subscriber;

    private @Nullable SubscriptionHandle handle;

    /** Made when the operation wants to hear that it is given up. */
    private @Nullable AbortController givingUp;

    /** Names the hooks for an outcome that comes when the subscriber no longer wants it. */
    private Context afterwards = Context.empty();

    private boolean settled;
    private @Nullable T value;
    private @Nullable Throwable reason;

    PromiseSubscription(EventLoop loop, CoreSubscriber<? super T> subscriber, PromiseMono.Operation<T> operation) {
        super(loop);
        this.subscriber = subscriber;
        this.operation = operation;
    }

    @Override
    void begin() {
        CoreSubscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        SubscriptionHandle watch = new SubscriptionHandle(loop, this, this::loopEnds);
        // A promise does not keep the loop alive; what is to settle it does.
        watch.unref();
        handle = watch;
        to.onSubscribe(this);
        if (isCancelled() || subscriber == null) {
            return;
        }
        try {
            operation.startFor(this).await(this::fulfilled, this::rejected);
        } catch (Throwable t) {
            throwIfNotForSubscriber(t);
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

    private void tell() {
        if (subscriber == null) {
            dropOutcome();
        } else {
            proceed();
        }
    }

    @Override
    void asked(long n) {
        asked = true;
    }

    @Override
    void proceed() {
        CoreSubscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        Throwable error = reason;
        T with = value;
        IllegalArgumentException violation = violation();
        if (isCancelled()) {
            over();
            giveUp(to, new CancellationException("the subscriber has cancelled"));
        } else if (violation != null) {
            over();
            giveUp(to, violation);
            to.onError(violation);
        } else if (settled && error != null) {
            over();
            to.onError(error);
        } else if (settled && with == null) {
            over();
            to.onComplete();
        } else if (settled && asked && with != null) {
            over();
            to.onNext(with);
            if (!isCancelled()) {
                to.onComplete();
            }
        }
    }

    /** A value may be something that has to be closed, and an error that nobody hears of would be lost. */
    private void dropOutcome() {
        Operators.onDiscard(value, afterwards);
        value = null;
        Throwable error = reason;
        if (error != null && !isAnswerToGivingUp(error)) {
            Operators.onErrorDropped(error, afterwards);
        }
    }

    private static boolean isAnswerToGivingUp(Throwable error) {
        return error instanceof AbortException || error instanceof CancellationException;
    }

    private void over() {
        subscriber = null;
        SubscriptionHandle held = handle;
        if (held != null) {
            held.done();
        }
    }

    private void giveUp(CoreSubscriber<?> to, Throwable why) {
        afterwards = to.currentContext();
        AbortController controller = givingUp;
        if (controller != null) {
            controller.abort(why);
        }
        if (settled) {
            dropOutcome();
        }
    }

    private void loopEnds(RejectedExecutionException ended) {
        CoreSubscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        subscriber = null;
        Operators.onDiscard(value, to.currentContext());
        if (!isCancelled()) {
            to.onError(ended);
        }
    }

    @Override
    public String toString() {
        return "subscription to a promise";
    }
}
