package io.gyre.promise;

import io.gyre.loop.ContextFrame;
import io.gyre.loop.EventLoop;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a promise has settled, the microtask in which it happens, and the promise that it derives: one
 * object for the three, since every {@code then} makes all of them. It runs under the context frame that was current
 * when it was made.
 */
abstract class Reaction<R extends @Nullable Object> extends Promise<R> implements Runnable {

    /**
     * Null, or the reaction that was attached before this one, while it waits; whose settling it waited for, once it is
     * queued; null again when it has run, so that a chain does not hold its past.
     */
    @Nullable
    Settlement source;

    /** What to call, until it is called: the handler itself, or a {@link Framed} one. */
    private @Nullable Object handler;

    Reaction(EventLoop loop, @Nullable Object handler) {
        super(loop);
        ContextFrame frame = ContextFrame.current(loop);
        this.handler = frame == ContextFrame.root() ? handler : new Framed(frame, handler);
    }

    @Override
    public final void run() {
        Settlement settled = Objects.requireNonNull(source);
        Object toCall = handler;
        source = null;
        handler = null;
        if (toCall instanceof Framed framed) {
            framed.frame.run(() -> react(settled, framed.handler));
        } else {
            react(settled, toCall);
        }
    }

    /** Handles the settled source. What it throws is an uncaught error of the loop. */
    abstract void react(Settlement settled, @Nullable Object handler);

    /** A handler that was attached under a frame other than the root. */
    private record Framed(ContextFrame frame, @Nullable Object handler) {}

    // A reaction's constructor takes the handler of the type that its react method casts to.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <H> H as(@Nullable Object handler) {
        return (H) Objects.requireNonNull(handler);
    }

    /** Calls the handler of {@code then}; the derived promise takes what it returns or throws. */
    static final class Then<T extends @Nullable Object, R extends @Nullable Object> extends Reaction<R> {

        Then(EventLoop loop, ThrowingFunction<? super T, ? extends R> onFulfilled) {
            super(loop, onFulfilled);
        }

        @Override
        void react(Settlement settled, @Nullable Object handler) {
            if (settled.isRejected()) {
                fail(settled.reason());
                return;
            }
            R value;
            try {
                value = Reaction.<ThrowingFunction<? super T, ? extends R>>as(handler)
                        .apply(settled.value());
            } catch (Throwable t) {
                failFrom(t);
                return;
            }
            fulfill(value);
        }
    }

    /** Calls a handler that makes no value. */
    static final class Accept<T extends @Nullable Object> extends Reaction<@Nullable Void> {

        Accept(EventLoop loop, ThrowingConsumer<? super T> onFulfilled) {
            super(loop, onFulfilled);
        }

        @Override
        void react(Settlement settled, @Nullable Object handler) {
            if (settled.isRejected()) {
                fail(settled.reason());
                return;
            }
            try {
                Reaction.<ThrowingConsumer<? super T>>as(handler).accept(settled.value());
            } catch (Throwable t) {
                failFrom(t);
                return;
            }
            fulfill(null);
        }
    }

    /** Calls one of the two handlers of {@code then}; a missing one passes the outcome on. */
    static final class Both<T extends @Nullable Object, R extends @Nullable Object> extends Reaction<R> {

        private @Nullable ThrowingFunction<? super Throwable, ? extends R> onRejected;

        Both(
                EventLoop loop,
                @Nullable ThrowingFunction<? super T, ? extends R> onFulfilled,
                ThrowingFunction<? super Throwable, ? extends R> onRejected) {
            super(loop, onFulfilled);
            this.onRejected = onRejected;
        }

        @Override
        void react(Settlement settled, @Nullable Object handler) {
            ThrowingFunction<? super Throwable, ? extends R> rejected = Objects.requireNonNull(onRejected);
            onRejected = null;
            R value;
            try {
                if (settled.isRejected()) {
                    value = rejected.apply(settled.reason());
                } else if (handler != null) {
                    value = Reaction.<ThrowingFunction<? super T, ? extends R>>as(handler)
                            .apply(settled.value());
                } else {
                    value = settled.value();
                }
            } catch (Throwable t) {
                failFrom(t);
                return;
            }
            fulfill(value);
        }
    }

    /** Calls handlers that return thenables; the derived promise follows those. */
    static final class Compose<T extends @Nullable Object, R extends @Nullable Object> extends Reaction<R> {

        private @Nullable ThrowingFunction<? super Throwable, ? extends Thenable<? extends R>> onRejected;

        Compose(
                EventLoop loop,
                @Nullable ThrowingFunction<? super T, ? extends Thenable<? extends R>> onFulfilled,
                @Nullable ThrowingFunction<? super Throwable, ? extends Thenable<? extends R>> onRejected) {
            super(loop, onFulfilled);
            this.onRejected = onRejected;
        }

        @Override
        void react(Settlement settled, @Nullable Object handler) {
            ThrowingFunction<? super Throwable, ? extends Thenable<? extends R>> rejected = onRejected;
            onRejected = null;
            Thenable<? extends R> next;
            try {
                if (settled.isRejected()) {
                    if (rejected == null) {
                        fail(settled.reason());
                        return;
                    }
                    next = rejected.apply(settled.reason());
                } else {
                    if (handler == null) {
                        fulfill(settled.value());
                        return;
                    }
                    next = Reaction.<ThrowingFunction<? super T, ? extends Thenable<? extends R>>>as(handler)
                            .apply(settled.value());
                }
            } catch (Throwable t) {
                failFrom(t);
                return;
            }
            follow(next);
        }
    }

    /** Calls one of two consumers; nobody sees the promise that it is. What {@code await} stands on. */
    static final class Await<T extends @Nullable Object> extends Reaction<@Nullable Void> {

        private final Consumer<? super Throwable> onRejected;

        Await(EventLoop loop, Consumer<? super T> onFulfilled, Consumer<? super Throwable> onRejected) {
            super(loop, onFulfilled);
            this.onRejected = onRejected;
        }

        @Override
        void react(Settlement settled, @Nullable Object handler) {
            if (settled.isRejected()) {
                onRejected.accept(settled.reason());
            } else {
                Reaction.<Consumer<? super T>>as(handler).accept(settled.value());
            }
        }
    }

    /**
     * Lets a promise follow another one of the same loop. Runs twice, as the specification counts: first as the job
     * that asks the other to tell, then as the reaction that is told.
     */
    static final class Adopt<T extends @Nullable Object> extends Reaction<@Nullable Void> {

        private final Promise<T> follower;
        private boolean asked;

        Adopt(Promise<? extends T> leader, Promise<T> follower) {
            super(follower.loop, null);
            this.source = leader;
            this.follower = follower;
        }

        @Override
        void react(Settlement leader, @Nullable Object handler) {
            if (!asked) {
                asked = true;
                leader.add(this);
            } else if (leader.isRejected()) {
                follower.fail(leader.reason());
            } else {
                follower.fulfill(leader.value());
            }
        }
    }

    /** The job that asks a thenable of another kind to tell a promise how it settles. */
    static final class AdoptForeign<T extends @Nullable Object> extends Reaction<@Nullable Void> {

        private final Resolvers<T> follower;

        AdoptForeign(Thenable<? extends T> thenable, Promise<T> follower) {
            super(follower.loop, thenable);
            this.source = follower;
            this.follower = new Resolvers<>(follower);
        }

        @Override
        void react(Settlement settled, @Nullable Object thenable) {
            try {
                Reaction.<Thenable<? extends T>>as(thenable).await(follower::resolve, follower::reject);
            } catch (Throwable t) {
                follower.rejectFrom(t);
            }
        }
    }

    /**
     * Runs the handler of {@code finally}, waits for what it returned, and gives the derived promise the outcome of
     * the source: the specification's thenFinally and catchFinally functions, with every job that they cost.
     */
    static final class Finally<T extends @Nullable Object> extends Reaction<T> {

        Finally(EventLoop loop, Callable<? extends @Nullable Thenable<?>> onFinally) {
            super(loop, onFinally);
        }

        @Override
        void react(Settlement settled, @Nullable Object handler) {
            Promise<?> cleanup;
            try {
                Thenable<?> returned = Reaction.<Callable<? extends @Nullable Thenable<?>>>as(handler)
                        .call();
                cleanup = Promise.resolve(loop, returned);
            } catch (Throwable t) {
                failFrom(t);
                return;
            }
            Reaction<T> outcome = new PassOn<>(loop, settled);
            cleanup.add(outcome);
            follow(outcome);
        }
    }

    /** After a {@code finally} handler: the outcome of another promise, unless the handler's own failed. */
    private static final class PassOn<T extends @Nullable Object> extends Reaction<T> {

        private final Settlement outcome;

        PassOn(EventLoop loop, Settlement outcome) {
            super(loop, null);
            this.outcome = outcome;
        }

        @Override
        void react(Settlement cleanup, @Nullable Object handler) {
            if (cleanup.isRejected()) {
                fail(cleanup.reason());
            } else if (outcome.isRejected()) {
                fail(outcome.reason());
            } else {
                fulfill(outcome.value());
            }
        }
    }
}
