package io.gyre.loop;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The end of a loop as a future. */
final class Termination<T extends @Nullable Object> extends LoopFuture<T> {

    private final EventLoop loop;

    Termination(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new Termination<>(loop);
    }

    @Override
    protected IllegalStateException refusal(EventLoop blocked) {
        return new IllegalStateException("the thread of " + blocked + " would be blocked until "
                + (blocked == loop ? "its own end" : loop + " ends") + "; use whenComplete");
    }
}
