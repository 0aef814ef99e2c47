package io.gyre.promise;

import io.gyre.loop.EventLoop;
import io.gyre.loop.LoopFuture;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A promise as a future. */
final class PromiseFuture<T extends @Nullable Object> extends LoopFuture<T> {

    private final EventLoop loop;

    PromiseFuture(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new PromiseFuture<>(loop);
    }

    @Override
    protected IllegalStateException refusal(EventLoop blocked) {
        if (blocked == loop) {
            return new IllegalStateException("the thread of " + loop
                    + " would wait for itself: a promise cannot settle while its loop is blocked; use Promise.then");
        }
        return new IllegalStateException("the thread of " + blocked + " would be blocked until " + loop
                + " settles a promise; use whenComplete, and execute to come back");
    }
}
