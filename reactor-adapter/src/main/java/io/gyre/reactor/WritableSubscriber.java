package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.stream.Callback;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Writable;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * A subscriber that writes what it is given to a stream, and asks for as much as the stream keeps up with; made by
 * {@link LoopSubscribers#into}.
 *
 * <p><b>Thread.</b> Signals may come on any thread; those of other threads than the loop's are passed to it, in order.
 * The publisher is asked and cancelled on the loop's thread. <b>Demand.</b> A window of chunks is asked for; when three
 * quarters of it are written, as many are asked for again. <b>Errors.</b> An error of the publisher destroys the stream
 * with it; a stream that breaks or closes cancels the publisher. <b>End.</b> The end of the publisher ends the stream;
 * {@link #completion} tells when all is written.
 *
 * @param <T> the type of the chunks
 */
public final class WritableSubscriber<T> implements CoreSubscriber<T> {

    private static final int QUEUE_STEP = 32;

    private final Writable<? super T> destination;
    private final EventLoop loop;
    private final int fixedWindow;
    private final Sinks.Empty<Void> outcome = Sinks.empty();
    private final AtomicReference<@Nullable Subscription> upstream = new AtomicReference<>();
    private final Callback onWritten = this::written;
    private final Runnable drain = this::drain;

    /** Chunks that came on other threads, on their way to the loop. */
    private final Queue<T> handedOver = Queues.<T>unbounded(QUEUE_STEP).get();

    /** Signals that the loop has not looked at; whoever raises it from 0 posts the drain. */
    private final AtomicInteger signals = new AtomicInteger();

    /** Written last by the publisher, after the error. */
    private volatile boolean terminated;

    private @Nullable Throwable failure;

    /** Null before the subscription has reached the loop. On the loop's thread, like all below. */
    private @Nullable DemandWindow window;

    private boolean asking;

    /** Nothing is written any more: the end was passed on, or the stream is through. */
    private boolean over;

    WritableSubscriber(Writable<? super T> destination, int fixedWindow) {
        this.destination = destination;
        this.loop = destination.loop();
        this.fixedWindow = fixedWindow;
    }

    /**
     * Tells how it went.
     *
     * @return completes when all is written and the stream has finished, or fails with what broke the stream or the
     *     publisher; on the loop's thread
     */
    public Mono<Void> completion() {
        return outcome.asMono();
    }

    // ---- signals, on any thread

    @Override
    public void onSubscribe(Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        if (!upstream.compareAndSet(null, subscription)) {
            subscription.cancel();
            return;
        }
        if (loop.inEventLoop()) {
            begin();
            return;
        }
        try {
            loop.execute(this::begin);
        } catch (RejectedExecutionException ended) {
            loopHasEnded(ended);
        }
    }

    @Override
    public void onNext(T chunk) {
        Objects.requireNonNull(chunk, "chunk");
        // An on-loop signal overtakes nothing: signals are serial, so what is on its way came before.
        if (signals.get() == 0 && loop.inEventLoop()) {
            write(chunk);
            return;
        }
        handedOver.offer(chunk);
        signal();
    }

    @Override
    public void onError(Throwable error) {
        failure = Objects.requireNonNull(error, "error");
        terminated = true;
        signal();
    }

    @Override
    public void onComplete() {
        terminated = true;
        signal();
    }

    private void signal() {
        if (signals.getAndIncrement() != 0) {
            return;
        }
        if (loop.inEventLoop() && window != null) {
            drain();
            return;
        }
        try {
            loop.execute(drain);
        } catch (RejectedExecutionException ended) {
            loopHasEnded(ended);
        }
    }

    /** The loop has closed what it held, the stream too; only the publisher is left to be told. */
    private void loopHasEnded(RejectedExecutionException ended) {
        Subscription from = upstream.get();
        if (from != null) {
            from.cancel();
        }
        handedOver.clear();
        outcome.tryEmitError(ended);
    }

    // ---- on the loop's thread

    private void begin() {
        DemandWindow opened = new DemandWindow(fixedWindow, destination.writableHighWaterMark());
        window = opened;
        Pipeline.finished(destination, this::through);
        if (!destination.isWritable()) {
            // How it came to that is told by through.
            stop();
            return;
        }
        ask(opened);
    }

    private void drain() {
        int seen = signals.get();
        do {
            boolean last = terminated;
            T chunk;
            while ((chunk = handedOver.poll()) != null) {
                write(chunk);
            }
            if (last) {
                end();
            }
            seen = signals.addAndGet(-seen);
        } while (seen != 0);
    }

    private void write(T chunk) {
        DemandWindow counting = window;
        if (over || counting == null) {
            Operators.onNextDropped(chunk, currentContext());
            return;
        }
        counting.arrived(chunk);
        destination.write(chunk, onWritten);
    }

    private void written(@Nullable Throwable error) {
        DemandWindow counting = window;
        if (counting != null) {
            counting.written();
            if (error == null) {
                ask(counting);
            }
        }
    }

    private void ask(DemandWindow from) {
        Subscription publisher = upstream.get();
        if (asking || over || terminated || publisher == null) {
            return;
        }
        asking = true;
        try {
            long more;
            while (!over && (more = from.take()) > 0) {
                publisher.request(more);
            }
        } finally {
            asking = false;
        }
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        Throwable error = failure;
        if (error == null) {
            destination.end();
        } else {
            destination.destroy(error);
            outcome.tryEmitError(error);
        }
    }

    private void stop() {
        over = true;
        Subscription publisher = upstream.get();
        if (publisher != null) {
            publisher.cancel();
        }
    }

    /** The stream is through, at its end or before. */
    private void through(@Nullable Throwable error) {
        if (!over) {
            stop();
        }
        if (error == null) {
            outcome.tryEmitEmpty();
        } else {
            outcome.tryEmitError(error);
        }
    }

    @Override
    public String toString() {
        return "subscriber into " + destination;
    }
}
