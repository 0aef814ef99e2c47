package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.promise.Thenable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A promise that a stream settles; settling it again has no effect. */
final class Deferred<T extends @Nullable Object> {

    private final Resolvers<T> resolvers;

    private Deferred(EventLoop loop) {
        resolvers = Promise.withResolvers(loop);
    }

    static <T extends @Nullable Object> Deferred<T> pending(EventLoop loop) {
        return new Deferred<>(loop);
    }

    static Deferred<@Nullable Void> fulfilled(EventLoop loop) {
        Deferred<@Nullable Void> deferred = new Deferred<>(loop);
        deferred.resolve(null);
        return deferred;
    }

    static Promise<@Nullable Void> failed(EventLoop loop, Throwable reason) {
        return Promise.<@Nullable Void>reject(loop, reason);
    }

    static Promise<@Nullable Void> done(EventLoop loop) {
        return fulfilled(loop).promise();
    }

    /** The rejection counts as handled: users learn of it elsewhere too. */
    static Deferred<@Nullable Void> rejected(EventLoop loop, Throwable reason) {
        Deferred<@Nullable Void> deferred = new Deferred<>(loop);
        deferred.reject(reason);
        deferred.handled();
        return deferred;
    }

    /** Calls a user's callback that may return something to wait for; what it throws is the reason. */
    static Promise<@Nullable Object> call(EventLoop loop, Callable<? extends @Nullable Thenable<?>> callback) {
        return Promise.<@Nullable Object>create(loop, (Resolvers<@Nullable Object> resolvers) -> {
            Thenable<?> outcome = callback.call();
            if (outcome == null) {
                resolvers.resolve(null);
            } else {
                resolvers.adopt(outcome);
            }
        });
    }

    static void handled(Promise<?> promise) {
        promise.await(value -> {}, error -> {});
    }

    Promise<T> promise() {
        return resolvers.promise();
    }

    void resolve(T value) {
        resolvers.resolve(value);
    }

    void adopt(Thenable<? extends T> thenable) {
        resolvers.adopt(thenable);
    }

    void reject(Throwable reason) {
        resolvers.reject(reason);
    }

    boolean isPending() {
        return promise().state() == Promise.State.PENDING;
    }

    void handled() {
        handled(promise());
    }
}
