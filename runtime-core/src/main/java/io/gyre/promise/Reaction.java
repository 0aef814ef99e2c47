package io.gyre.promise;

import io.gyre.loop.ContextFrame;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a promise does when it has settled, and the microtask that does it: one object for both. It runs under the
 * context frame that was current when it was made.
 */
abstract class Reaction implements Runnable {

    /** Whose settling it waits for. */
    final Promise<?> source;

    private final ContextFrame frame;

    /** The reaction that was attached to the same promise before this one. */
    @Nullable
    Reaction previous;

    Reaction(Promise<?> source) {
        this.source = source;
        this.frame = ContextFrame.current(source.loop);
    }

    @Override
    public final void run() {
        if (ContextFrame.current(source.loop) == frame) {
            react();
        } else {
            frame.run(this::react);
        }
    }

    /** Handles the settled source. What it throws is an uncaught error of the loop. */
    abstract void react();

    /** Calls the handlers of {@code then}; the derived promise takes what they return or throw. */
    static final class Then<T extends @Nullable Object, R extends @Nullable Object> extends Reaction {

        private final Promise<R> derived;
        private final ThrowingFunction<? super T, ? extends R> onFulfilled;

        Then(Promise<T> source, Promise<R> derived, ThrowingFunction<? super T, ? extends R> onFulfilled) {
            super(source);
            this.derived = derived;
            this.onFulfilled = onFulfilled;
        }

        @Override
        void react() {
            if (source.isRejected()) {
                derived.fail(source.reason());
                return;
            }
            R value;
            try {
                value = onFulfilled.apply(source.value());
            } catch (Throwable t) {
                derived.failFrom(t);
                return;
            }
            derived.fulfill(value);
        }
    }

    /** Calls a handler that makes no value. */
    static final class Accept<T extends @Nullable Object> extends Reaction {

        private final Promise<@Nullable Void> derived;
        private final ThrowingConsumer<? super T> onFulfilled;

        Accept(Promise<T> source, Promise<@Nullable Void> derived, ThrowingConsumer<? super T> onFulfilled) {
            super(source);
            this.derived = derived;
            this.onFulfilled = onFulfilled;
        }

        @Override
        void react() {
            if (source.isRejected()) {
                derived.fail(source.reason());
                return;
            }
            try {
                onFulfilled.accept(source.value());
            } catch (Throwable t) {
                derived.failFrom(t);
                return;
            }
            derived.fulfill(null);
        }
    }

    /** Calls one of the two handlers of {@code then}; a missing one passes the outcome on. */
    static final class Both<T extends @Nullable Object, R extends @Nullable Object> extends Reaction {

        private final Promise<R> derived;
        private final @Nullable ThrowingFunction<? super T, ? extends R> onFulfilled;
        private final ThrowingFunction<? super Throwable, ? extends R> onRejected;

        Both(
                Promise<T> source,
                Promise<R> derived,
                @Nullable ThrowingFunction<? super T, ? extends R> onFulfilled,
                ThrowingFunction<? super Throwable, ? extends R> onRejected) {
            super(source);
            this.derived = derived;
            this.onFulfilled = onFulfilled;
            this.onRejected = onRejected;
        }

        @Override
        void react() {
            R value;
            try {
                if (source.isRejected()) {
                    value = onRejected.apply(source.reason());
                } else if (onFulfilled != null) {
                    value = onFulfilled.apply(source.value());
                } else {
                    value = source.value();
                }
            } catch (Throwable t) {
                derived.failFrom(t);
                return;
            }
            derived.fulfill(value);
        }
    }

    /** Calls handlers that return thenables; the derived promise follows those. */
    static final class Compose<T extends @Nullable Object, R extends @Nullable Object> extends Reaction {

        private final Promise<R> derived;
        private final @Nullable ThrowingFunction<? super T, ? extends Thenable<? extends R>> onFulfilled;
        private final @Nullable ThrowingFunction<? super Throwable, ? extends Thenable<? extends R>> onRejected;

        Compose(
                Promise<T> source,
                Promise<R> derived,
                @Nullable ThrowingFunction<? super T, ? extends Thenable<? extends R>> onFulfilled,
                @Nullable ThrowingFunction<? super Throwable, ? extends Thenable<? extends R>> onRejected) {
            super(source);
            this.derived = derived;
            this.onFulfilled = onFulfilled;
            this.onRejected = onRejected;
        }

        @Override
        void react() {
            Thenable<? extends R> next;
            try {
                if (source.isRejected()) {
                    if (onRejected == null) {
                        derived.fail(source.reason());
                        return;
                    }
                    next = onRejected.apply(source.reason());
                } else {
                    if (onFulfilled == null) {
                        derived.fulfill(source.value());
                        return;
                    }
                    next = onFulfilled.apply(source.value());
                }
            } catch (Throwable t) {
                derived.failFrom(t);
                return;
            }
            derived.follow(next);
        }
    }

    /** Calls one of two consumers and derives nothing: what {@code await} stands on. */
    static final class Await<T extends @Nullable Object> extends Reaction {

        private final Consumer<? super T> onFulfilled;
        private final Consumer<? super Throwable> onRejected;

        Await(Promise<T> source, Consumer<? super T> onFulfilled, Consumer<? super Throwable> onRejected) {
            super(source);
            this.onFulfilled = onFulfilled;
            this.onRejected = onRejected;
        }

        @Override
        void react() {
            if (source.isRejected()) {
                onRejected.accept(source.reason());
            } else {
                onFulfilled.accept(source.value());
            }
        }
    }

    /**
     * Lets a promise follow another one of the same loop. Runs twice, as the specification counts: first as the job
     * that asks the other to tell, then as the reaction that is told.
     */
    static final class Adopt<T extends @Nullable Object> extends Reaction {

        private final Promise<T> follower;
        private boolean asked;

        Adopt(Promise<? extends T> source, Promise<T> follower) {
            super(source);
            this.follower = follower;
        }

        @Override
        void react() {
            if (!asked) {
                asked = true;
                source.add(this);
            } else if (source.isRejected()) {
                follower.fail(source.reason());
            } else {
                follower.fulfill(source.value());
            }
        }
    }

    /** Lets a promise follow a thenable of another kind: the job that asks it to tell. */
    static final class AdoptForeign<T extends @Nullable Object> extends Reaction {

        private final Resolvers<T> follower;
        private final Thenable<? extends T> thenable;

        AdoptForeign(Thenable<? extends T> thenable, Promise<T> follower) {
            super(follower);
            this.follower = new Resolvers<>(follower);
            this.thenable = thenable;
        }

        @Override
        void react() {
            try {
                thenable.await(follower::resolve, follower::reject);
            } catch (Throwable t) {
                follower.rejectFrom(t);
            }
        }
    }

    /**
     * Runs the handler of {@code finally}, waits for what it returned, and gives the derived promise the outcome of
     * the source: the specification's thenFinally and catchFinally functions, with every job that they cost.
     */
    static final class Finally<T extends @Nullable Object> extends Reaction {

        private final Promise<T> derived;
        private final Callable<? extends @Nullable Thenable<?>> onFinally;

        Finally(Promise<T> source, Promise<T> derived, Callable<? extends @Nullable Thenable<?>> onFinally) {
            super(source);
            this.derived = derived;
            this.onFinally = onFinally;
        }

        @Override
        void react() {
            Promise<?> cleanup;
            try {
                Thenable<?> returned = onFinally.call();
                cleanup = Promise.resolve(source.loop, returned);
            } catch (Throwable t) {
                derived.failFrom(t);
                return;
            }
            Promise<T> outcome = new Promise<>(source.loop);
            cleanup.add(new PassOn<>(cleanup, source, outcome));
            derived.follow(outcome);
        }
    }

    /** After a {@code finally} handler: the outcome of another promise, unless the handler's own failed. */
    private static final class PassOn<T extends @Nullable Object> extends Reaction {

        private final Promise<?> settled;
        private final Promise<T> derived;

        PassOn(Promise<?> cleanup, Promise<?> settled, Promise<T> derived) {
            super(cleanup);
            this.settled = settled;
            this.derived = derived;
        }

        @Override
        void react() {
            if (source.isRejected()) {
                derived.fail(source.reason());
            } else if (settled.isRejected()) {
                derived.fail(settled.reason());
            } else {
                derived.fulfill(settled.value());
            }
        }
    }
}
