package io.gyre.stream.flow;

import io.gyre.stream.Callback;
import io.gyre.stream.FinishedOptions;
import io.gyre.stream.Pipeline;
import io.gyre.stream.Writable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that writes what it is given to a stream, and asks for as much as the stream keeps up with; made by
 * {@link FlowStreams#subscriber(Writable)}.
 *
 * <p><b>Thread.</b> Signals may come on any thread; those of other threads than the loop's are passed to it, in order.
 * The publisher is asked and cancelled on the loop's thread. <b>Demand.</b> A window of chunks, or of bytes, is asked
 * for; when three quarters of it are written, as much is asked for again. <b>Errors.</b> An error of the publisher
 * destroys the stream with it; a stream that breaks or closes cancels the publisher. <b>End.</b> The end of the
 * publisher ends the stream; {@link #completion} tells when all is written. Until then the loop is kept alive: from the
 * making of a subscriber on the loop's thread, since a publisher may subscribe it later, on a thread of its own; else from
 * the subscription.
 *
 * @param <T> the type of the chunks
 */
public final class WritableSubscriber<T> extends LoopSubscriber<T> {

    private static final FinishedOptions WRITABLE_SIDE =
            FinishedOptions.defaults().readable(false);

    private final Writable<? super T> destination;
    private final FlowDemand counting;
    private final Consumer<? super T> dropped;
    private final CompletableFuture<@Nullable Void> outcome = new CompletableFuture<>();
    private final Callback onChunkWritten = error -> written(1, error);

    /** Null before the subscription has reached the loop. On the loop's thread, like all below. */
    private @Nullable DemandWindow window;

    private @Nullable SubscriptionHandle handle;

    private boolean asking;

    /** Nothing is written any more: the end was passed on, or the stream is through. */
    private boolean over;

    WritableSubscriber(Writable<? super T> destination, FlowDemand counting, Consumer<? super T> dropped) {
        super(destination.loop());
        this.destination = destination;
        this.counting = counting;
        this.dropped = dropped;
        if (loop.inEventLoop()) {
            watch();
        }
    }

    private void watch() {
        handle = new SubscriptionHandle(loop, this, this::loopEnds);
        Pipeline.finished(destination, WRITABLE_SIDE, this::through);
    }

    /**
     * Tells how it went.
     *
     * @return completes when all is written and the stream has finished, or fails with what broke the stream or the
     *     publisher; on the loop's thread
     */
    public CompletionStage<@Nullable Void> completion() {
        return outcome;
    }

    @Override
    void begin() {
        DemandWindow opened = counting.open(destination.writableHighWaterMark());
        window = opened;
        if (handle == null) {
            watch();
        }
        if (over) {
            cancel();
        } else if (destination.isWritable()) {
            ask(opened);
        } else {
            // How it came to that is told by through.
            stop();
        }
    }

    @Override
    void handleNext(T chunk) {
        DemandWindow open = window;
        if (over || open == null) {
            dropped.accept(chunk);
            return;
        }
        open.arrived(chunk);
        long weight = counting.weight(chunk);
        // The stream tells of chunks in a row with the same callback at once.
        destination.write(chunk, weight == 1 ? onChunkWritten : error -> written(weight, error));
        // The window may have grown.
        ask(open);
    }

    private void written(long weight, @Nullable Throwable error) {
        DemandWindow open = window;
        if (open != null) {
            open.written(weight);
            if (error == null) {
                ask(open);
            }
        }
    }

    private void ask(DemandWindow from) {
        if (asking) {
            return;
        }
        asking = true;
        try {
            long more;
            while (!over && !isTerminated() && (more = from.takeAtLowTide()) > 0) {
                request(more);
            }
        } finally {
            asking = false;
        }
    }

    @Override
    void handleEnd(@Nullable Throwable error) {
        if (over) {
            return;
        }
        over = true;
        if (error == null) {
            destination.end();
        } else {
            destination.destroy(error);
        }
    }

    private void stop() {
        over = true;
        cancel();
    }

    /** The stream is through, at its end or before. */
    private void through(@Nullable Throwable error) {
        if (!over) {
            stop();
        }
        SubscriptionHandle held = handle;
        if (held != null) {
            held.done();
        }
        if (error == null) {
            outcome.complete(null);
        } else {
            outcome.completeExceptionally(error);
        }
    }

    private void loopEnds(RejectedExecutionException ended) {
        stop();
        loopHasEnded(ended);
    }

    @Override
    void loopHasEnded(RejectedExecutionException ended) {
        outcome.completeExceptionally(ended);
    }

    @Override
    public String toString() {
        return "subscriber into " + destination;
    }
}
