package io.gyre.promise;

import org.jspecify.annotations.Nullable;

/**
 * A promise and the means to settle it: ECMAScript's {@code Promise.withResolvers()}, a deferred.
 *
 * <p>Belongs to the promise's loop and is used on its thread; other threads settle through {@code loop.execute}. The
 * first call of {@link #resolve}, {@link #adopt} or {@link #reject} decides; later ones have no effect.
 *
 * @param <T> the type of the value
 */
public final class Resolvers<T extends @Nullable Object> {

    private final Promise<T> promise;
    private boolean resolved;

    Resolvers(Promise<T> promise) {
        this.promise = promise;
    }

    /**
     * Returns the promise that this settles.
     *
     * @return the same promise each time
     */
    public Promise<T> promise() {
        return promise;
    }

    /**
     * Fulfills the promise.
     *
     * @param value what with
     */
    public void resolve(T value) {
        if (claim("Resolvers.resolve")) {
            promise.fulfill(value);
        }
    }

    /**
     * Lets the promise settle as another does, two microtasks after it (one to ask the other, one to be told).
     *
     * @param thenable what to follow; following the promise itself rejects it
     */
    public void adopt(Thenable<? extends T> thenable) {
        if (claim("Resolvers.adopt")) {
            promise.follow(thenable);
        }
    }

    /**
     * Rejects the promise.
     *
     * @param reason why
     */
    public void reject(Throwable reason) {
        if (claim("Resolvers.reject")) {
            promise.fail(reason);
        }
    }

    /** Rejects the promise with what a callback threw, unless the loop was told to end: then the callback is left. */
    void rejectFrom(Throwable thrown) {
        promise.rethrowIfHalted(thrown);
        reject(thrown);
    }

    private boolean claim(String operation) {
        promise.loop.checkThread(operation);
        if (resolved) {
            return false;
        }
        resolved = true;
        return true;
    }
}
