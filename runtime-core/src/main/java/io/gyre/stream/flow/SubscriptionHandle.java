package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Handle;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription is to the loop: something under way, whose other side may live on threads that the loop knows
 * nothing of. It keeps the loop alive until it is {@link #done}, and a loop that ends all the same says so. For adapters
 * that pass signals between a loop and others.
 *
 * <p>Confined to the loop's thread.
 */
public final class SubscriptionHandle extends Handle {

    private final Object subscription;
    private @Nullable Consumer<RejectedExecutionException> whenTheLoopEnds;

    /**
     * Begins to keep the loop alive.
     *
     * @param loop the loop
     * @param subscription names what is under way, where active resources are listed
     * @param whenTheLoopEnds told on the loop's thread if the loop is torn down before the subscription is done
     */
    public SubscriptionHandle(
            EventLoop loop, Object subscription, Consumer<RejectedExecutionException> whenTheLoopEnds) {
        super(loop, "Subscription");
        this.subscription = subscription;
        this.whenTheLoopEnds = whenTheLoopEnds;
        activate();
    }

    /** The subscription is through. */
    public void done() {
        whenTheLoopEnds = null;
        close();
    }

    @Override
    protected void onClose() {
        Consumer<RejectedExecutionException> told = whenTheLoopEnds;
        if (told != null) {
            whenTheLoopEnds = null;
            told.accept(new RejectedExecutionException(
                    "event loop '" + loop().name() + "' has ended before the " + subscription + " was through"));
        }
    }

    @Override
    protected String describe() {
        return subscription.toString();
    }
}
