package io.gyre.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A future that is completed on a loop, and that refuses to block the thread of one: its own would wait for itself,
 * another would stand still meanwhile. For those who build on the loop what others may wait for.
 *
 * <p><b>Thread.</b> Any; the ways to wait throw {@link IllegalStateException} on the thread of a loop unless the future
 * is complete.
 *
 * @param <T> the type of the result
 */
public abstract class LoopFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    /** For subclasses. */
    protected LoopFuture() {}

    /**
     * Says why a thread is not blocked, and what to do instead.
     *
     * @param blocked the loop that the calling thread runs
     * @return what is thrown
     */
    protected abstract IllegalStateException refusal(EventLoop blocked);

    @Override
    public abstract <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture();

    @Override
    public final T get() throws InterruptedException, ExecutionException {
        checkMayBlock();
        return super.get();
    }

    @Override
    public final T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        checkMayBlock();
        return super.get(timeout, unit);
    }

    @Override
    public final T join() {
        checkMayBlock();
        return super.join();
    }

    private void checkMayBlock() {
        EventLoop blocked = isDone() ? null : EventLoop.currentOrNull();
        if (blocked != null) {
            throw refusal(blocked);
        }
    }
}
