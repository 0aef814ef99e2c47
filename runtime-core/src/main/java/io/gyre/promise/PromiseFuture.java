package io.gyre.promise;

import io.gyre.loop.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A future that the loop completes, and that refuses to block the thread of a loop: most of all its own. */
final class PromiseFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    private final EventLoop loop;

    PromiseFuture(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new PromiseFuture<>(loop);
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        checkMayBlock();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkMayBlock();
        return super.get(timeout, unit);
    }

    @Override
    public T join() {
        checkMayBlock();
        return super.join();
    }

    private void checkMayBlock() {
        if (isDone()) {
            return;
        }
        if (loop.inEventLoop()) {
            throw new IllegalStateException("the thread of " + loop
                    + " would wait for itself: a promise cannot settle while its loop is blocked; use Promise.then");
        }
        EventLoop other = EventLoop.currentOrNull();
        if (other != null) {
            throw new IllegalStateException("the thread of " + other + " would be blocked until " + loop
                    + " settles a promise; use whenComplete, and execute to come back");
        }
    }
}
