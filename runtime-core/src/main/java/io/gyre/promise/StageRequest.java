package io.gyre.promise;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Request;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for a stage on behalf of a promise and keeps the loop alive meanwhile. */
final class StageRequest<T extends @Nullable Object> extends Request {

    private static final Logger LOG = LoggerFactory.getLogger(Promise.class);

    private final CompletionStage<? extends T> stage;
    private final Resolvers<T> resolvers;

    private StageRequest(EventLoop loop, CompletionStage<? extends T> stage, Resolvers<T> resolvers) {
        super(loop, "CompletionStage");
        this.stage = stage;
        this.resolvers = resolvers;
    }

    static <T extends @Nullable Object> void start(
            EventLoop loop, CompletionStage<? extends T> stage, Resolvers<T> resolvers) {
        StageRequest<T> request = new StageRequest<>(loop, stage, resolvers);
        stage.whenComplete((value, error) -> request.completed(value, error));
    }

    /** From any thread. */
    private void completed(T value, @Nullable Throwable error) {
        try {
            complete(error == null ? () -> resolvers.resolve(value) : () -> resolvers.reject(withoutWrapper(error)));
        } catch (RejectedExecutionException ended) {
            LOG.debug("{} completed after {} had ended", stage, loop(), ended);
        }
    }

    private static Throwable withoutWrapper(Throwable error) {
        Throwable cause = error instanceof CompletionException ? error.getCause() : null;
        return cause == null ? error : cause;
    }

    @Override
    protected String describe() {
        return stage.toString();
    }
}
