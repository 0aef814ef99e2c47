package io.gyre.loop;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Wakes the loop from any thread and runs one callback in the poll phase (libuv's {@code uv_async_t}).
 *
 * <p>Sends are coalesced: any number of them before the callback runs make one call, and the callback sees everything
 * that was written before the last of them. Active from the start, so it keeps the loop alive until it is closed or
 * unref'd.
 */
public final class Async extends Handle {

    private final AtomicBoolean sent = new AtomicBoolean();
    private final Runnable callback;
    private final Runnable deliver = this::deliver;

    Async(EventLoop loop, Runnable callback) {
        super(loop, "Async");
        this.callback = ContextFrame.capture(loop, callback);
        activate();
    }

    /**
     * Asks for a call of the callback. From any thread; never blocks.
     *
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     */
    public void send() {
        if (!sent.get() && sent.compareAndSet(false, true)) {
            loop().inbound.post(deliver);
        }
    }

    private void deliver() {
        sent.set(false);
        if (!isClosing()) {
            callback.run();
        }
    }
}
