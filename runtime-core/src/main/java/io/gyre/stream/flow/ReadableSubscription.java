package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import io.gyre.stream.ChunkReader;
import io.gyre.stream.Readable;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Hands chunks of a stream to a subscriber as far as it has asked for them. FlowDemand and cancellation may come from any
 * thread; everything else is on the loop's.
 */
final class ReadableSubscription<T> implements Flow.Subscription {

    @SuppressWarnings("rawtypes")
    private static final AtomicLongFieldUpdater<ReadableSubscription> DEMAND =
            AtomicLongFieldUpdater.newUpdater(ReadableSubscription.class, "demand");

    private final Readable<T> source;
    private final EventLoop loop;
    private final FlowDemand counting;
    private final Runnable delivery = this::deliver;

    private volatile long demand;
    private volatile boolean cancelled;

    /** What was asked for against the rules. */
    private volatile long badRequest = 1;

    /** Null once it was told the end, or does not want to hear it. */
    private Flow.@Nullable Subscriber<? super T> subscriber;

    /** Both null before the beginning. */
    private @Nullable ChunkReader<T> reader;

    private @Nullable SubscriptionHandle handle;

    /** Keeps what the subscriber does in reaction to a signal from being delivered within that signal. */
    private boolean delivering;

    private boolean awaiting;

    /** What was delivered beyond the demand: a chunk that cannot be cut. */
    private long excess;

    ReadableSubscription(Readable<T> source, Flow.Subscriber<? super T> subscriber, FlowDemand counting) {
        this.source = source;
        this.counting = counting;
        this.loop = source.loop();
        this.subscriber = subscriber;
    }

    void begin() {
        Flow.Subscriber<? super T> to = subscriber;
        if (to == null) {
            return;
        }
        reader = new ChunkReader<>(source);
        handle = new SubscriptionHandle(loop, this, this::loopEnds);
        delivering = true;
        try {
            to.onSubscribe(this);
        } catch (Throwable t) {
            abandon();
            throw t;
        } finally {
            delivering = false;
        }
        deliver();
    }

    @Override
    public void request(long n) {
        if (n <= 0) {
            badRequest = n;
            onLoop();
        } else if (addDemand(n) == 0) {
            // Otherwise chunks are being delivered or waited for, and the new demand is seen there.
            onLoop();
        }
    }

    @Override
    public void cancel() {
        if (!cancelled) {
            cancelled = true;
            onLoop();
        }
    }

    private void onLoop() {
        if (loop.inEventLoop()) {
            deliver();
            return;
        }
        try {
            loop.execute(delivery);
        } catch (RejectedExecutionException ended) {
            // The loop has destroyed the stream, and nobody can be told on its thread any more.
        }
    }

    private void arrived() {
        awaiting = false;
        deliver();
    }

    private void deliver() {
        ChunkReader<T> from = reader;
        Flow.Subscriber<? super T> to = subscriber;
        if (delivering || from == null || to == null) {
            return;
        }
        delivering = true;
        try {
            while (deliver(from, to)) {
                // There was new demand in the meantime.
            }
        } catch (Throwable t) {
            abandon();
            throw t;
        } finally {
            delivering = false;
        }
    }

    /** Returns what was asked for before; so much that it never ends stays as it is. */
    private long addDemand(long n) {
        return DEMAND.getAndAccumulate(this, n, (before, more) -> before + more < 0 ? Long.MAX_VALUE : before + more);
    }

    /** Returns what is still asked for. */
    private long takeDemand(long sent) {
        return DEMAND.accumulateAndGet(this, sent, (before, less) -> before == Long.MAX_VALUE ? before : before - less);
    }

    /** Delivers what there is and is asked for; returns whether there may be more of both. */
    private boolean deliver(ChunkReader<T> from, Flow.Subscriber<? super T> to) {
        long asked = demand;
        long sent = Math.min(excess, asked);
        excess -= sent;
        @Nullable T chunk = null;
        while (!isBroken() && sent != asked && (chunk = poll(from, asked - sent)) != null) {
            sent += counting.weight(chunk);
            if (sent > asked) {
                excess = sent - asked;
                sent = asked;
            }
            to.onNext(chunk);
        }
        if (isBroken()) {
            giveUp(from, to);
            return false;
        }
        boolean more = takeDemand(sent) != 0;
        if (more && chunk != null) {
            return true;
        }
        if (!more && source.readableLength() == 0 && !source.isDestroyed()) {
            // Takes nothing; a stream notices its end only when it is read.
            source.read(0);
        }
        if (from.isDone()) {
            end(from, to);
        } else if (!awaiting) {
            awaiting = true;
            from.await(this::arrived);
        }
        return false;
    }

    private @Nullable T poll(ChunkReader<T> from, long most) {
        if (!counting.inBytes()) {
            return from.poll();
        }
        if (source.isDestroyed()) {
            return null;
        }
        if (source.readableLength() == 0) {
            // Lets the stream read, or notice its end.
            source.read(0);
        }
        // Asked for more than its high-water mark, a stream would raise that.
        int length = Math.min(source.readableLength(), Math.max(1, source.readableHighWaterMark()));
        return length == 0 ? null : source.read((int) Math.min(length, most));
    }

    /** Frees the stream of a subscriber that threw, which the rules forbid: it cannot be told anything any more. */
    private void abandon() {
        over();
        ChunkReader<T> from = reader;
        if (from != null) {
            from.close();
        }
    }

    private boolean isBroken() {
        return cancelled || badRequest <= 0;
    }

    private void giveUp(ChunkReader<T> from, Flow.Subscriber<? super T> to) {
        over();
        from.close();
        if (!cancelled) {
            to.onError(new IllegalArgumentException(
                    "a subscriber must ask for at least one element (Reactive Streams 3.9), but asked for "
                            + badRequest));
        }
    }

    private void end(ChunkReader<T> from, Flow.Subscriber<? super T> to) {
        over();
        Throwable error = from.error();
        if (error == null) {
            to.onComplete();
        } else {
            to.onError(error);
        }
    }

    private void over() {
        subscriber = null;
        SubscriptionHandle held = handle;
        if (held != null) {
            held.done();
        }
    }

    private void loopEnds(RejectedExecutionException ended) {
        Flow.Subscriber<? super T> to = subscriber;
        abandon();
        if (to != null) {
            to.onError(ended);
        }
    }

    @Override
    public String toString() {
        return "subscription to " + source;
    }
}
