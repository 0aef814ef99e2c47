package io.gyre.fs;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.gyre.work.WorkCompletion;
import io.gyre.work.WorkRequest;
import org.jspecify.annotations.Nullable;

/**
 * An operation on a worker and the promise of its result, which a signal may give up: the promise is rejected at once, and
 * a job that no worker has begun is taken back. Confined to the loop's thread.
 */
final class PendingWork<T> implements WorkCompletion<T> {

    /** Hands an operation to the workers. */
    @FunctionalInterface
    interface Submission<T> {
        WorkRequest<?> submit(WorkCompletion<T> done);
    }

    private final Resolvers<T> resolvers;
    private @Nullable Registration onAbort;

    private PendingWork(Resolvers<T> resolvers) {
        this.resolvers = resolvers;
    }

    /** Starts an operation, unless the signal has aborted before. */
    static <T> Promise<T> start(EventLoop loop, @Nullable AbortSignal signal, Submission<T> submission) {
        Resolvers<T> resolvers = Promise.withResolvers(loop);
        PendingWork<T> pending = new PendingWork<>(resolvers);
        if (signal == null) {
            submission.submit(pending);
            return resolvers.promise();
        }
        check(signal, loop);
        Throwable reason = signal.reason();
        if (reason != null) {
            resolvers.reject(new AbortException(reason));
            return resolvers.promise();
        }
        WorkRequest<?> request = submission.submit(pending);
        pending.onAbort = signal.onAbort(why -> {
            request.cancel();
            resolvers.reject(new AbortException(why));
        });
        return resolvers.promise();
    }

    private static void check(AbortSignal signal, EventLoop loop) {
        if (signal.loop() != loop) {
            throw new IllegalArgumentException("the signal belongs to " + signal.loop() + ", the files to " + loop);
        }
    }

    @Override
    public void complete(@Nullable Throwable error, @Nullable T result) {
        if (onAbort != null) {
            onAbort.remove();
        }
        if (result == null) {
            resolvers.reject(error == null ? new AssertionError("neither result nor error") : error);
        } else {
            resolvers.resolve(result);
        }
    }
}
