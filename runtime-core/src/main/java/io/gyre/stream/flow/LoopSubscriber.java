package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jctools.queues.SpscUnboundedArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber whose signals are handled on a loop, in order, whatever threads they come on. Publishers are asked and
 * cancelled on the loop's thread, except that one whose loop has ended is cancelled where it signals.
 */
abstract class LoopSubscriber<T> implements Flow.Subscriber<T> {

    private static final int QUEUE_STEP = 32;

    final EventLoop loop;
    private final AtomicReference<Flow.@Nullable Subscription> upstream = new AtomicReference<>();
    private final Runnable drain = this::drain;

    /** Elements that came on other threads, on their way to the loop. */
    private final Queue<T> handedOver = new SpscUnboundedArrayQueue<>(QUEUE_STEP);

    /** Signals that the loop has not looked at; whoever raises it from 0 posts the drain. */
    private final AtomicInteger signals = new AtomicInteger();

    /** Written last by the publisher, after the error. */
    private volatile boolean terminated;

    private @Nullable Throwable failure;

    /** On the loop's thread. */
    private boolean begun;

    LoopSubscriber(EventLoop loop) {
        this.loop = loop;
    }

    // ---- what subclasses do, on the loop's thread

    /** The publisher may be asked from now on. */
    abstract void begin();

    abstract void handleNext(T element);

    /** The publisher is through; called once. */
    abstract void handleEnd(@Nullable Throwable error);

    /** The loop has ended, and the publisher was cancelled. On any thread, and perhaps more than once. */
    abstract void loopHasEnded(RejectedExecutionException ended);

    /** Asks the publisher. On the loop's thread, after {@link #begin}. */
    final void request(long n) {
        Flow.Subscription publisher = upstream.get();
        if (publisher != null && !terminated) {
            publisher.request(n);
        }
    }

    /** Cancels the publisher, if it is not through. */
    final void cancel() {
        Flow.Subscription publisher = upstream.get();
        if (publisher != null && !terminated) {
            publisher.cancel();
        }
    }

    final boolean isTerminated() {
        return terminated;
    }

    // ---- signals, on any thread

    @Override
    public final void onSubscribe(Flow.Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        if (!upstream.compareAndSet(null, subscription)) {
            subscription.cancel();
        } else if (loop.inEventLoop()) {
            beginOnce();
        } else {
            post(this::beginOnce);
        }
    }

    @Override
    public final void onNext(T element) {
        Objects.requireNonNull(element, "element");
        // A signal on the loop's thread overtakes none: signals are serial, so the others would have been counted.
        if (signals.get() == 0 && loop.inEventLoop()) {
            handleNext(element);
        } else {
            handedOver.offer(element);
            signal();
        }
    }

    @Override
    public final void onError(Throwable error) {
        failure = Objects.requireNonNull(error, "error");
        terminated = true;
        signal();
    }

    @Override
    public final void onComplete() {
        terminated = true;
        signal();
    }

    private void signal() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        if (loop.inEventLoop() && begun) {
            drain();
        } else {
            post(drain);
        }
    }

    private void post(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException ended) {
            handedOver.clear();
            cancel();
            loopHasEnded(ended);
        }
    }

    // ---- on the loop's thread

    private void beginOnce() {
        begun = true;
        begin();
    }

    private void drain() {
        int seen = signals.get();
        do {
            boolean last = terminated;
            T element;
            while ((element = handedOver.poll()) != null) {
                handleNext(element);
            }
            if (last) {
                handleEnd(failure);
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }
}
