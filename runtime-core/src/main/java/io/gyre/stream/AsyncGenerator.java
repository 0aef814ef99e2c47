package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * An iterator whose elements are made by a body that runs from one yield to the next, as ECMAScript's
 * {@code async function*} does and after as many microtasks. A subclass is the body, cut where it waits. Confined to the
 * loop's thread.
 */
abstract class AsyncGenerator<T> implements AsyncIterator<T> {

    private enum State {
        /** Nothing ran. */
        START,
        /** The body runs, or waits for something of its own. */
        RUNNING,
        /** The body waits to be asked for the next element. */
        YIELDED,
        DONE
    }

    /** What was asked for: an element, or the end. */
    private final class Demand {

        /** Null for a close. */
        private final @Nullable Resolvers<IteratorResult<T>> element;

        private final @Nullable Resolvers<@Nullable Void> close;
        private final @Nullable Throwable cause;

        Demand(
                @Nullable Resolvers<IteratorResult<T>> element,
                @Nullable Resolvers<@Nullable Void> close,
                @Nullable Throwable cause) {
            this.element = element;
            this.close = close;
            this.cause = cause;
        }

        void resolve(@Nullable T value) {
            if (element != null) {
                element.resolve(value == null ? IteratorResult.end() : IteratorResult.of(value));
            } else if (close != null) {
                close.resolve(null);
            }
        }

        void reject(Throwable error) {
            if (element != null) {
                element.reject(error);
            } else if (close != null) {
                close.reject(error);
            }
        }
    }

    final EventLoop loop;
    private final ArrayDeque<Demand> demands = new ArrayDeque<>();
    private State state = State.START;

    AsyncGenerator(EventLoop loop) {
        this.loop = loop;
    }

    // ---- the body

    /** Runs the body from its start. */
    abstract void start() throws Exception;

    /** Runs the body on after a yield. */
    abstract void proceed() throws Exception;

    /**
     * Leaves the body at a yield: runs what would be its finally blocks, and then calls {@link #end} or {@link #fail}.
     *
     * @param cause what is thrown there, or null
     */
    abstract void leave(@Nullable Throwable cause) throws Exception;

    /** Hands out an element, after the microtask that {@code yield} takes; {@link #proceed} or {@link #leave} follows. */
    final void yieldLater(T value) {
        loop.queueMicrotask(() -> yieldNow(value));
    }

    /** Hands out an element at once, as {@code yield*} does. */
    final void yieldNow(T value) {
        demands.remove().resolve(value);
        state = State.YIELDED;
        resume();
    }

    /** The body has returned. */
    final void end() {
        state = State.DONE;
        demands.remove().resolve(null);
        resume();
    }

    /** The body has thrown. */
    final void fail(Throwable error) {
        state = State.DONE;
        demands.remove().reject(error);
        resume();
    }

    /** Runs a part of the body; what it throws is thrown within the body. */
    final void run(Part part) {
        try {
            part.run();
        } catch (Throwable t) {
            if (loop.isHalted()) {
                StreamLifecycle.throwAny(t);
            }
            thrown(t);
        }
    }

    /** A part of the body threw: runs what would be its finally blocks, and then calls {@link #fail}. */
    void thrown(Throwable error) {
        fail(error);
    }

    @FunctionalInterface
    interface Part {
        void run() throws Exception;
    }

    // ---- for the consumer

    @Override
    public final Promise<IteratorResult<T>> next() {
        Resolvers<IteratorResult<T>> resolvers = Promise.withResolvers(loop);
        add(new Demand(resolvers, null, null));
        return resolvers.promise();
    }

    @Override
    public final Promise<@Nullable Void> close(@Nullable Throwable cause) {
        Resolvers<@Nullable Void> resolvers = Promise.withResolvers(loop);
        add(new Demand(null, resolvers, cause));
        return resolvers.promise();
    }

    private void add(Demand demand) {
        boolean first = demands.isEmpty();
        demands.add(demand);
        if (first) {
            resume();
        }
    }

    /** Serves the oldest demand, if the body is not at it already. */
    private void resume() {
        while (!demands.isEmpty() && state != State.RUNNING) {
            Demand demand = demands.element();
            switch (state) {
                case START -> begin(demand);
                case YIELDED -> goOn(demand);
                default -> refuse(demand);
            }
        }
    }

    private void begin(Demand demand) {
        if (demand.element != null) {
            state = State.RUNNING;
            run(this::start);
        } else {
            state = State.DONE;
        }
    }

    private void goOn(Demand demand) {
        state = State.RUNNING;
        if (demand.element != null) {
            run(this::proceed);
        } else if (demand.cause != null) {
            run(() -> leave(demand.cause));
        } else {
            loop.queueMicrotask(() -> run(() -> leave(null)));
        }
    }

    private void refuse(Demand demand) {
        if (demand.cause != null) {
            demands.remove().reject(demand.cause);
        } else if (demand.element != null) {
            demands.remove().resolve(null);
        } else {
            // The promise of a return is settled in a microtask, and what comes after it waits.
            state = State.RUNNING;
            loop.queueMicrotask(this::end);
        }
    }
}
