package io.gyre.loop;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A one-shot operation that is under way: a pool job, a connect, a write. It keeps the loop alive until it is complete
 * and cannot be unref'd (libuv's {@code uv_req_t}).
 *
 * <p>Made on the loop's thread; {@link #complete} may be called from any thread, once.
 */
public class Request {

    private final EventLoop loop;
    private final String kind;
    private final ContextFrame frame;
    private final AtomicBoolean completed = new AtomicBoolean();

    @Nullable
    Request previous;

    @Nullable
    Request next;

    /**
     * Starts to keep the loop alive.
     *
     * @param loop the loop that the completion runs on
     * @param kind what it is, for {@link EventLoop#activeResources}
     */
    public Request(EventLoop loop, String kind) {
        loop.checkThread("new Request");
        this.loop = loop;
        this.kind = kind;
        this.frame = loop.captureFrame();
        loop.liveness.started(this);
    }

    /**
     * Completes this request: the callback runs in the poll phase, under the context frame that the request was made
     * in, and the request ceases to keep the loop alive. From any thread.
     *
     * @param callback what to run on the loop's thread
     * @throws java.util.concurrent.RejectedExecutionException if the loop has ended
     * @throws IllegalStateException if this request is complete already
     */
    public final void complete(Runnable callback) {
        claim();
        loop.inbound.post(() -> finish(callback));
    }

    /**
     * Completes this request through the pending phase of the next turn: for failures that are known at once and must
     * not be reported from within the call that started the request. On the loop's thread.
     *
     * @param callback what to run
     * @throws IllegalStateException if this request is complete already
     */
    public final void defer(Runnable callback) {
        loop.checkThread("Request.defer");
        claim();
        loop.onlyImmediates = false;
        loop.pending.add(() -> finish(callback));
    }

    private void claim() {
        if (!completed.compareAndSet(false, true)) {
            throw new IllegalStateException(this + " is complete already");
        }
    }

    private void finish(Runnable callback) {
        loop.liveness.finished(this);
        frame.run(loop, callback);
    }

    /**
     * Returns the loop that this request belongs to.
     *
     * @return the loop; may be called from any thread
     */
    public final EventLoop loop() {
        return loop;
    }

    /**
     * Says which one this is.
     *
     * @return a short description for {@link EventLoop#activeResources}
     */
    protected String describe() {
        return Integer.toHexString(System.identityHashCode(this));
    }

    final String kind() {
        return kind;
    }

    @Override
    public String toString() {
        return kind + "(" + describe() + ")";
    }
}
