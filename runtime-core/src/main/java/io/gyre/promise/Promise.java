package io.gyre.promise;

import io.gyre.loop.EventLoop;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A value that comes later, or the reason why it does not: ECMAScript's {@code Promise}.
 *
 * <p><b>Thread.</b> A promise belongs to one loop, is used on that loop's thread and throws elsewhere. Methods without a
 * loop parameter take the loop that the calling thread runs. {@link #fromCompletionStage} and
 * {@link #toCompletableFuture} lead to other threads.
 *
 * <p><b>Order.</b> Every handler runs as a microtask, never from within the call that attaches it or that settles the
 * promise, and after exactly as many microtasks as ECMAScript says: one after the promise has settled; two more where a
 * promise follows another one ({@link #thenCompose}, {@link Resolvers#adopt}). A handler runs under the context frame
 * that was current when it was attached.
 *
 * <p><b>Errors.</b> What a handler throws rejects the promise that follows it. A rejection that has no handler by the
 * time the microtask queue has drained is reported by the loop (see {@link EventLoop#onUnhandledRejection}).
 *
 * <p>A promise cannot be cancelled and needs no closing, and it does not keep the loop alive; what is to settle it does.
 * It cannot be subclassed outside this package; to take part in chains, implement {@link Thenable}.
 *
 * @param <T> the type of the value
 */
public class Promise<T extends @Nullable Object> extends Settlement implements Thenable<T> {

    /** What a promise has come to. */
    public enum State {
        /** Not settled. */
        PENDING,
        /** Settled with a value. */
        FULFILLED,
        /** Settled with a reason. */
        REJECTED
    }

    Promise(EventLoop loop) {
        super(loop);
    }

    /** Fulfilled from the start. */
    private Promise(EventLoop loop, @Nullable Object value) {
        super(loop, value);
    }

    // ---- making promises

    /**
     * Makes a promise that is fulfilled.
     *
     * @param value what with
     * @param <T> the type of the value
     * @return a fulfilled promise on the calling thread's loop
     */
    public static <T extends @Nullable Object> Promise<T> resolve(T value) {
        return resolve(EventLoop.current(), value);
    }

    /**
     * Makes a promise that is fulfilled.
     *
     * @param loop the loop it belongs to
     * @param value what with
     * @param <T> the type of the value
     * @return a fulfilled promise
     */
    public static <T extends @Nullable Object> Promise<T> resolve(EventLoop loop, T value) {
        loop.checkThread("Promise.resolve");
        return new Promise<>(loop, value);
    }

    /**
     * Makes a promise of a thenable.
     *
     * @param thenable what to follow; null counts as a plain value
     * @param <T> the type of the value
     * @return the thenable itself if it is a promise of the calling thread's loop, else a promise that follows it
     */
    public static <T extends @Nullable Object> Promise<T> resolve(@Nullable Thenable<? extends T> thenable) {
        return resolve(EventLoop.current(), thenable);
    }

    /**
     * Makes a promise of a thenable.
     *
     * @param loop the loop it belongs to
     * @param thenable what to follow; null counts as a plain value
     * @param <T> the type of the value
     * @return the thenable itself if it is a promise of that loop, else a promise that follows it
     */
    @SuppressWarnings("unchecked") // a promise only ever gives its value out, so one of a subtype serves; null is any T
    public static <T extends @Nullable Object> Promise<T> resolve(
            EventLoop loop, @Nullable Thenable<? extends T> thenable) {
        loop.checkThread("Promise.resolve");
        if (thenable instanceof Promise<?> own && own.loop == loop) {
            return (Promise<T>) own;
        }
        if (thenable == null) {
            return new Promise<>(loop, null);
        }
        Promise<T> promise = new Promise<>(loop);
        promise.follow(thenable);
        return promise;
    }

    /**
     * Makes a promise that is rejected.
     *
     * @param reason why
     * @param <T> the type of the value that does not come
     * @return a rejected promise on the calling thread's loop
     */
    public static <T extends @Nullable Object> Promise<T> reject(Throwable reason) {
        return reject(EventLoop.current(), reason);
    }

    /**
     * Makes a promise that is rejected.
     *
     * @param loop the loop it belongs to
     * @param reason why
     * @param <T> the type of the value that does not come
     * @return a rejected promise
     */
    public static <T extends @Nullable Object> Promise<T> reject(EventLoop loop, Throwable reason) {
        loop.checkThread("Promise.reject");
        Promise<T> promise = new Promise<>(loop);
        promise.fail(reason);
        return promise;
    }

    /**
     * Makes a pending promise and the means to settle it.
     *
     * @param <T> the type of the value
     * @return a pair on the calling thread's loop
     */
    public static <T extends @Nullable Object> Resolvers<T> withResolvers() {
        return withResolvers(EventLoop.current());
    }

    /**
     * Makes a pending promise and the means to settle it.
     *
     * @param loop the loop it belongs to
     * @param <T> the type of the value
     * @return a promise with its resolvers
     */
    public static <T extends @Nullable Object> Resolvers<T> withResolvers(EventLoop loop) {
        loop.checkThread("Promise.withResolvers");
        return new Resolvers<>(new Promise<>(loop));
    }

    /**
     * Makes a promise and calls an executor, at once, that is to settle it.
     *
     * @param executor given the means to settle; what it throws rejects the promise if nothing has settled it before
     * @param <T> the type of the value
     * @return the promise, on the calling thread's loop
     */
    public static <T extends @Nullable Object> Promise<T> create(ThrowingConsumer<? super Resolvers<T>> executor) {
        return create(EventLoop.current(), executor);
    }

    /**
     * Makes a promise and calls an executor, at once, that is to settle it.
     *
     * @param loop the loop it belongs to
     * @param executor given the means to settle; what it throws rejects the promise if nothing has settled it before
     * @param <T> the type of the value
     * @return the promise
     */
    public static <T extends @Nullable Object> Promise<T> create(
            EventLoop loop, ThrowingConsumer<? super Resolvers<T>> executor) {
        Resolvers<T> resolvers = withResolvers(loop);
        try {
            executor.accept(resolvers);
        } catch (Throwable t) {
            resolvers.rejectFrom(t);
        }
        return resolvers.promise();
    }

    /**
     * Makes a promise of a stage that may be completed on any thread. The loop is kept alive until it is, and the
     * promise settles in the poll phase.
     *
     * <p>A promise cannot be cancelled, so nothing on the loop cancels the stage; where the stage itself is cancelled,
     * the promise is rejected with its {@link java.util.concurrent.CancellationException}. A
     * {@link java.util.concurrent.CompletionException} is replaced by its cause. If the loop ends first, the promise
     * stays pending.
     *
     * @param loop the loop the promise belongs to; called on its thread
     * @param stage what to wait for
     * @param <T> the type of the value
     * @return a pending promise
     */
    public static <T extends @Nullable Object> Promise<T> fromCompletionStage(
            EventLoop loop, CompletionStage<? extends T> stage) {
        Resolvers<T> resolvers = withResolvers(loop);
        StageRequest.start(loop, stage, resolvers);
        return resolvers.promise();
    }

    // ---- handlers

    /**
     * Makes a value from this one.
     *
     * @param onFulfilled given this promise's value
     * @param <R> the type of the new value
     * @return settles with what the handler returns or throws, or with the reason of this promise
     */
    public <R extends @Nullable Object> Promise<R> then(ThrowingFunction<? super T, ? extends R> onFulfilled) {
        Objects.requireNonNull(onFulfilled, "onFulfilled");
        loop.checkThread("Promise.then");
        Reaction<R> derived = new Reaction.Then<>(loop, onFulfilled);
        add(derived);
        return derived;
    }

    /**
     * Makes a value from this one, or from the reason why there is none.
     *
     * @param onFulfilled given this promise's value
     * @param onRejected given this promise's reason; not called for what {@code onFulfilled} throws
     * @param <R> the type of the new value
     * @return settles with what the called handler returns or throws
     */
    public <R extends @Nullable Object> Promise<R> then(
            ThrowingFunction<? super T, ? extends R> onFulfilled,
            ThrowingFunction<? super Throwable, ? extends R> onRejected) {
        Objects.requireNonNull(onFulfilled, "onFulfilled");
        Objects.requireNonNull(onRejected, "onRejected");
        loop.checkThread("Promise.then");
        Reaction<R> derived = new Reaction.Both<>(loop, onFulfilled, onRejected);
        add(derived);
        return derived;
    }

    /**
     * Uses the value and makes none.
     *
     * @param onFulfilled given this promise's value
     * @return settles when the handler has run, or with the reason of this promise
     */
    public Promise<@Nullable Void> thenAccept(ThrowingConsumer<? super T> onFulfilled) {
        Objects.requireNonNull(onFulfilled, "onFulfilled");
        loop.checkThread("Promise.thenAccept");
        Reaction<@Nullable Void> derived = new Reaction.Accept<T>(loop, onFulfilled);
        add(derived);
        return derived;
    }

    /**
     * Goes on with another promise, made from this one's value: a handler that returns a promise, in ECMAScript.
     *
     * @param onFulfilled given this promise's value; what it returns must not be null
     * @param <R> the type of the new value
     * @return settles as the returned thenable does, two microtasks after it
     */
    public <R extends @Nullable Object> Promise<R> thenCompose(
            ThrowingFunction<? super T, ? extends Thenable<? extends R>> onFulfilled) {
        Objects.requireNonNull(onFulfilled, "onFulfilled");
        loop.checkThread("Promise.thenCompose");
        Reaction<R> derived = new Reaction.Compose<>(loop, onFulfilled, null);
        add(derived);
        return derived;
    }

    /**
     * Makes a value where this promise has none.
     *
     * @param onRejected given this promise's reason
     * @return settles with what the handler returns or throws, or with the value of this promise
     */
    public Promise<T> catchError(ThrowingFunction<? super Throwable, ? extends T> onRejected) {
        Objects.requireNonNull(onRejected, "onRejected");
        loop.checkThread("Promise.catchError");
        Reaction<T> derived = new Reaction.Both<T, T>(loop, null, onRejected);
        add(derived);
        return derived;
    }

    /**
     * Goes on with another promise where this one has no value.
     *
     * @param onRejected given this promise's reason; what it returns must not be null
     * @return settles as the returned thenable does, or with the value of this promise
     */
    public Promise<T> catchCompose(ThrowingFunction<? super Throwable, ? extends Thenable<? extends T>> onRejected) {
        Objects.requireNonNull(onRejected, "onRejected");
        loop.checkThread("Promise.catchCompose");
        Reaction<T> derived = new Reaction.Compose<T, T>(loop, null, onRejected);
        add(derived);
        return derived;
    }

    /**
     * Runs a handler when this promise has settled, whichever way.
     *
     * @param onFinally what to run
     * @return settles as this promise did, or with what the handler threw
     */
    public Promise<T> finallyDo(ThrowingRunnable onFinally) {
        Objects.requireNonNull(onFinally, "onFinally");
        return finallyCompose(() -> {
            onFinally.run();
            return null;
        });
    }

    /**
     * Runs a handler when this promise has settled, whichever way, and waits for the thenable that it returns.
     *
     * @param onFinally what to run; may return null for nothing to wait for
     * @return settles as this promise did, or with what the handler threw or the reason of what it returned
     */
    public Promise<T> finallyCompose(Callable<? extends @Nullable Thenable<?>> onFinally) {
        Objects.requireNonNull(onFinally, "onFinally");
        loop.checkThread("Promise.finally");
        Reaction<T> derived = new Reaction.Finally<>(loop, onFinally);
        add(derived);
        return derived;
    }

    /**
     * Calls back when this promise has settled, and derives no promise: what an {@code await} expression does. The
     * rejection counts as handled. What a callback throws is an uncaught error of the loop.
     *
     * @param onFulfilled given the value
     * @param onRejected given the reason
     */
    @Override
    public void await(Consumer<? super T> onFulfilled, Consumer<? super Throwable> onRejected) {
        loop.checkThread("Promise.await");
        Objects.requireNonNull(onFulfilled, "onFulfilled");
        Objects.requireNonNull(onRejected, "onRejected");
        add(new Reaction.Await<>(loop, onFulfilled, onRejected));
    }

    /**
     * Offers this promise to other threads. The future is completed on the loop's thread, in a microtask, and so are
     * its dependents unless they are asynchronous. Cancelling or completing it has no effect on this promise. Waiting
     * for it on the loop's thread, which would never end, throws.
     *
     * @return a future that settles as this promise does; the rejection counts as handled
     */
    public CompletableFuture<T> toCompletableFuture() {
        PromiseFuture<T> future = new PromiseFuture<>(loop);
        await(future::complete, future::completeExceptionally);
        return future;
    }

    // ---- many promises

    /**
     * Waits for all values.
     *
     * @param thenables what to wait for, on the calling thread's loop
     * @param <T> the type of the values
     * @return fulfilled with the values in the order given, or rejected with the first reason
     */
    public static <T extends @Nullable Object> Promise<List<T>> all(
            Iterable<? extends Thenable<? extends T>> thenables) {
        return all(EventLoop.current(), thenables);
    }

    /**
     * Waits for all values.
     *
     * @param loop the loop of the result
     * @param thenables what to wait for
     * @param <T> the type of the values
     * @return fulfilled with the values in the order given, or rejected with the first reason
     */
    public static <T extends @Nullable Object> Promise<List<T>> all(
            EventLoop loop, Iterable<? extends Thenable<? extends T>> thenables) {
        return new Gathering.All<T>(loop).of(thenables);
    }

    /**
     * Waits until all have settled, whichever way.
     *
     * @param thenables what to wait for, on the calling thread's loop
     * @param <T> the type of the values
     * @return fulfilled with how each has settled, in the order given
     */
    public static <T extends @Nullable Object> Promise<List<Settled<T>>> allSettled(
            Iterable<? extends Thenable<? extends T>> thenables) {
        return allSettled(EventLoop.current(), thenables);
    }

    /**
     * Waits until all have settled, whichever way.
     *
     * @param loop the loop of the result
     * @param thenables what to wait for
     * @param <T> the type of the values
     * @return fulfilled with how each has settled, in the order given
     */
    public static <T extends @Nullable Object> Promise<List<Settled<T>>> allSettled(
            EventLoop loop, Iterable<? extends Thenable<? extends T>> thenables) {
        return new Gathering.AllSettled<T>(loop).of(thenables);
    }

    /**
     * Waits for the first value.
     *
     * @param thenables what to wait for, on the calling thread's loop
     * @param <T> the type of the values
     * @return fulfilled with the first value, or rejected with an {@link AggregateException} of all the reasons
     */
    public static <T extends @Nullable Object> Promise<T> any(Iterable<? extends Thenable<? extends T>> thenables) {
        return any(EventLoop.current(), thenables);
    }

    /**
     * Waits for the first value.
     *
     * @param loop the loop of the result
     * @param thenables what to wait for
     * @param <T> the type of the values
     * @return fulfilled with the first value, or rejected with an {@link AggregateException} of all the reasons
     */
    public static <T extends @Nullable Object> Promise<T> any(
            EventLoop loop, Iterable<? extends Thenable<? extends T>> thenables) {
        return new Gathering.Any<T>(loop).of(thenables);
    }

    /**
     * Waits for the first to settle, whichever way.
     *
     * @param thenables what to wait for, on the calling thread's loop; if there are none, the result stays pending
     * @param <T> the type of the values
     * @return settles as the first of them does
     */
    public static <T extends @Nullable Object> Promise<T> race(Iterable<? extends Thenable<? extends T>> thenables) {
        return race(EventLoop.current(), thenables);
    }

    /**
     * Waits for the first to settle, whichever way.
     *
     * @param loop the loop of the result
     * @param thenables what to wait for; if there are none, the result stays pending
     * @param <T> the type of the values
     * @return settles as the first of them does
     */
    public static <T extends @Nullable Object> Promise<T> race(
            EventLoop loop, Iterable<? extends Thenable<? extends T>> thenables) {
        return new Gathering.Race<T>(loop).of(thenables);
    }

    // ---- state

    /**
     * Returns the loop that this promise belongs to.
     *
     * @return the loop; may be called from any thread
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Tells what this promise has come to.
     *
     * @return the state
     */
    public State state() {
        loop.checkThread("Promise.state");
        return stateNow();
    }

    @Override
    public String toString() {
        return "Promise(" + describe() + ")";
    }

    // ---- for the package, on the loop's thread

    /** Settles as a thenable does: the specification's promise resolve function, given an object with a then. */
    void follow(@Nullable Thenable<? extends T> thenable) {
        if (thenable == this) {
            fail(new IllegalStateException("a promise cannot be resolved with itself"));
        } else if (thenable instanceof Promise<? extends T> other) {
            if (other.loop == loop) {
                loop.queueReaction(new Reaction.Adopt<T>(other, this));
            } else {
                fail(new IllegalStateException("a promise of " + loop + " cannot follow one of " + other.loop
                        + "; use Promise.fromCompletionStage(loop, other.toCompletableFuture())"));
            }
        } else if (thenable != null) {
            loop.queueReaction(new Reaction.AdoptForeign<T>(thenable, this));
        } else {
            fail(new NullPointerException("null was given where a promise to follow is needed"));
        }
    }
}
