package io.gyre.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The end of a loop as a future, which refuses to block the thread of a loop: its own would wait for itself. */
final class Termination<T extends @Nullable Object> extends CompletableFuture<T> {

    private final EventLoop loop;

    Termination(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new Termination<>(loop);
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
        EventLoop blocked = isDone() ? null : EventLoop.currentOrNull();
        if (blocked != null) {
            throw new IllegalStateException("the thread of " + blocked + " would be blocked until "
                    + (blocked == loop ? "its own end" : loop + " ends") + "; use whenComplete");
        }
    }
}
