package io.gyre.work;

import io.gyre.loop.ContextFrame;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Request;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job in a {@link WorkerPool}, from its submission to its completion (libuv's {@code uv_work_t}).
 *
 * @param <T> the type of the result
 */
public final class WorkRequest<T extends @Nullable Object> extends Request {

    private static final Logger LOG = LoggerFactory.getLogger(WorkRequest.class);

    private final WorkerPool pool;
    private final WorkerPool.Kind kind;
    private final String description;
    private final Callable<T> job;
    private final WorkCompletion<? super T> completion;

    WorkRequest(
            WorkerPool pool,
            EventLoop loop,
            WorkerPool.Kind kind,
            String description,
            Callable<T> job,
            WorkCompletion<? super T> completion) {
        super(loop, "Work");
        this.pool = pool;
        this.kind = kind;
        this.description = description;
        this.job = ContextFrame.bind(loop, job);
        this.completion = completion;
    }

    /**
     * Takes the job back if no worker has begun it; it then completes with a {@link WorkCancelledException}, later, as
     * any job does. From any thread.
     *
     * @return whether it was in time
     */
    public boolean cancel() {
        if (!pool.remove(this)) {
            return false;
        }
        finish(new WorkCancelledException(description), null);
        return true;
    }

    /** Runs the job. On a worker; never throws. */
    void execute() {
        T result;
        try {
            result = job.call();
        } catch (Throwable t) {
            finish(t, null);
            return;
        } finally {
            // A job that was interrupted must not hand that on to the next one.
            Thread.interrupted();
        }
        finish(null, result);
    }

    private void finish(@Nullable Throwable error, @Nullable T result) {
        try {
            complete(() -> completion.complete(error, result));
        } catch (RejectedExecutionException ended) {
            abandon(error, result);
        }
    }

    private void abandon(@Nullable Throwable error, @Nullable T result) {
        LOG.info("[{}] has ended before a job was over; its outcome is dropped: {}", loop().name(), description, error);
        try {
            completion.onAbandoned(result);
        } catch (Exception e) {
            LOG.warn("[{}] freeing the dropped outcome of a job failed: {}", loop().name(), description, e);
        }
    }

    WorkerPool.Kind kind() {
        return kind;
    }

    @Override
    protected String describe() {
        return description;
    }
}
