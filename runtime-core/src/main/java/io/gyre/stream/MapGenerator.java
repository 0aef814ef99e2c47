package io.gyre.stream;

import io.gyre.abort.AbortController;
import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The results of a step for each chunk, several at once and in order. A pump takes chunks from the source while there is
 * room, starts their steps and queues the results; the body hands the results out.
 */
final class MapGenerator<T, R> extends AsyncGenerator<R> {

    /** Makes a result of a chunk; the promise's value may be null. */
    @FunctionalInterface
    interface Step<T, R> {
        Promise<? extends @Nullable R> apply(T chunk, AbortSignal signal) throws Exception;
    }

    /** A place in the queue; without a promise it is the end. */
    private record Slot<R>(@Nullable Promise<? extends @Nullable R> result) {}

    private final AsyncIterator<T> elements;
    private final Step<? super T, R> step;
    private final boolean skipsNull;
    private final int concurrency;
    private final int queueLimit;
    private final @Nullable AbortSignal signal;
    private final AbortSignal stepSignal;
    private final ArrayDeque<Slot<R>> queue = new ArrayDeque<>();
    private int underWay;
    private boolean done;

    /** Waits for room; null while it does not wait. */
    private @Nullable Pump waitingPump;

    /** Whether the body waits for a result. */
    private boolean waiting;

    /**
     * Makes a generator that has not started.
     *
     * @param skipsNull whether a result of null is left out; else it is an error
     */
    MapGenerator(
            EventLoop loop,
            AsyncIterator<T> elements,
            Step<? super T, R> step,
            boolean skipsNull,
            OperatorOptions options) {
        super(loop);
        this.skipsNull = skipsNull;
        this.elements = elements;
        this.step = step;
        this.concurrency = options.concurrency;
        this.queueLimit = options.queueLimit();
        this.signal = options.signal;
        this.stepSignal = signal == null ? new AbortController(loop).signal() : signal;
    }

    // ---- the pump

    private final class Pump extends ForAwait<T> {

        Pump() {
            super(elements, null);
        }

        @Override
        void element(T chunk) {
            if (done) {
                leave(MapGenerator.this::pumped);
                return;
            }
            if (isAborted()) {
                throw aborted();
            }
            Promise<? extends @Nullable R> result;
            try {
                result = step.apply(chunk, stepSignal);
            } catch (Exception e) {
                result = Promise.reject(loop, e);
            }
            underWay++;
            watch(result);
            queue.add(new Slot<>(result));
            wakeBody();
            if (!done && (queue.size() >= queueLimit || underWay >= concurrency)) {
                waitingPump = this;
            } else {
                go();
            }
        }

        @Override
        void ended() {
            queue.add(new Slot<>(null));
            pumped();
        }

        @Override
        void failed(Throwable error) {
            Promise<R> failure = Promise.reject(loop, error);
            watch(failure);
            queue.add(new Slot<>(failure));
            pumped();
        }
    }

    private void pumped() {
        done = true;
        wakeBody();
    }

    private void watch(Promise<? extends @Nullable R> result) {
        result.await(value -> stepDone(), failure -> {
            done = true;
            stepDone();
        });
    }

    private void stepDone() {
        underWay--;
        mayPumpOn();
    }

    private void mayPumpOn() {
        if (!done && underWay < concurrency && queue.size() < queueLimit) {
            pumpOn();
        }
    }

    private void pumpOn() {
        Pump pump = waitingPump;
        if (pump != null) {
            waitingPump = null;
            loop.queueMicrotask(pump::go);
        }
    }

    private boolean isAborted() {
        return signal != null && signal.isAborted();
    }

    private AbortException aborted() {
        return new AbortException(signal == null ? null : signal.reason());
    }

    // ---- the body

    @Override
    void start() {
        new Pump().go();
        take();
    }

    /** Waits for the oldest result, or for there being one. */
    private void take() {
        Slot<R> oldest = queue.peek();
        if (oldest == null) {
            waiting = true;
        } else if (oldest.result == null) {
            loop.queueMicrotask(() -> {
                cleanUp();
                end();
            });
        } else {
            oldest.result.await(value -> run(() -> took(value)), this::thrown);
        }
    }

    private void wakeBody() {
        if (waiting) {
            waiting = false;
            loop.queueMicrotask(this::take);
        }
    }

    private void took(@Nullable R value) {
        if (isAborted()) {
            throw aborted();
        }
        if (value != null) {
            yieldLater(value);
        } else if (skipsNull) {
            proceed();
        } else {
            throw new NullPointerException("a step made null of a chunk");
        }
    }

    @Override
    void proceed() {
        queue.remove();
        mayPumpOn();
        take();
    }

    @Override
    void leave(@Nullable Throwable cause) {
        cleanUp();
        if (cause == null) {
            end();
        } else {
            fail(cause);
        }
    }

    @Override
    void thrown(Throwable error) {
        leave(error);
    }

    private void cleanUp() {
        done = true;
        pumpOn();
    }
}
