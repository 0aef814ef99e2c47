package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** A loop on a thread of its own, and streams on it. */
final class FlowLoop implements AutoCloseable {

    /** For what surely comes to pass. */
    static final long TIMEOUT_MILLIS = 30_000;

    final EventLoop loop = EventLoop.builder().name("the-loop").daemon(true).build();

    static FlowLoop start() {
        FlowLoop running = new FlowLoop();
        running.loop.start();
        return running;
    }

    /** Runs something on the loop and returns what it gave. */
    <T> T call(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                result.complete(work.call());
            } catch (Throwable t) {
                result.completeExceptionally(t);
            }
        });
        return await(result);
    }

    /** Waits until a whole turn was made after everything posted before. */
    void aTurn() {
        CompletableFuture<Void> turned = new CompletableFuture<>();
        loop.execute(() -> loop.setImmediate(() -> loop.setImmediate(() -> turned.complete(null))));
        await(turned);
    }

    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (Exception e) {
            throw new AssertionError("it did not come to pass", e);
        }
    }

    <T> Readable<T> counting(long count, LongFunction<T> maker) {
        return call(() -> Readable.from(loop, elements(count, maker)));
    }

    static <T> Iterable<T> elements(long count, LongFunction<T> maker) {
        return () -> LongStream.range(0, count).mapToObj(maker).iterator();
    }

    /** A source that breaks when it is first read. */
    <T> Readable<T> broken() {
        return call(() -> new AbstractReadable<T>(loop, StreamOptions.objects()) {
            @Override
            protected void doRead(int n) {
                throw new IllegalStateException("broken");
            }
        });
    }

    <T> Sink<T> sink(int highWaterMark, boolean slow) {
        return call(() -> new Sink<>(loop, StreamOptions.<T>objects().highWaterMark(highWaterMark), slow));
    }

    /** What a stream of a publisher subscribes with, read by somebody who takes whatever comes. */
    @SuppressWarnings("unchecked") // a stream of integers takes integers
    Flow.Subscriber<Integer> subscriberOfAStream() {
        AtomicReference<Flow.Subscriber<? super Integer>> made = new AtomicReference<>();
        Flow.Publisher<Integer> publisher = made::set;
        call(() -> {
            Readable<Integer> stream = FlowStreams.readable(loop, publisher);
            stream.onData(chunk -> {});
            stream.onError(error -> {});
            return true;
        });
        aTurn();
        return (Flow.Subscriber<Integer>) made.get();
    }

    @Override
    public void close() {
        await(loop.shutdown(Duration.ZERO));
    }

    /** Takes chunks at once, or when the test says so. */
    static final class Sink<T> extends AbstractWritable<T> {

        final List<T> written = new ArrayList<>();
        final Deque<Callback> pending = new ArrayDeque<>();
        private final boolean slow;

        Sink(EventLoop loop, StreamOptions<T> options, boolean slow) {
            super(loop, options);
            this.slow = slow;
        }

        @Override
        protected void doWrite(T chunk, Callback callback) {
            written.add(chunk);
            if (slow) {
                pending.add(callback);
            } else {
                callback.done();
            }
        }
    }

    /** Makes one number at each read, and counts them. */
    static final class Source extends AbstractReadable<Integer> {

        volatile int produced;
        volatile boolean freed;
        private final @Nullable Throwable failure;

        Source(EventLoop loop, int highWaterMark, @Nullable Throwable failure) {
            super(loop, StreamOptions.<Integer>objects().highWaterMark(highWaterMark));
            this.failure = failure;
        }

        @Override
        protected void doRead(int n) {
            loop().setImmediate(() -> {
                if (isDestroyed()) {
                    return;
                }
                if (failure != null && produced == 3) {
                    destroy(failure);
                    return;
                }
                int next = produced + 1;
                produced = next;
                push(next);
            });
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            freed = true;
            callback.call(error);
        }
    }
}
