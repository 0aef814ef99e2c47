package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.work.WorkerPool;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.Ordered;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.http.codec.multipart.DefaultPartHttpMessageReader;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Multipart uploads: the files that Spring keeps large parts in are written and read by the application's worker pool
 * instead of {@code boundedElastic}, and what comes of it is told on the loop. A {@code multipartReader} of the user's
 * stands.
 */
final class UploadsOnLoop implements WebFluxConfigurer, Ordered {

    private final ObjectProvider<ApplicationLoops> loops;
    private final ObjectProvider<WorkerPool> pool;

    UploadsOnLoop(ObjectProvider<ApplicationLoops> loops, ObjectProvider<WorkerPool> pool) {
        this.loops = loops;
        this.pool = pool;
    }

    @Override
    public void configureHttpMessageCodecs(ServerCodecConfigurer configurer) {
        DefaultPartHttpMessageReader parts = new DefaultPartHttpMessageReader();
        parts.setBlockingOperationScheduler(onPool());
        configurer.defaultCodecs().multipartReader(new LoopMultipartReader(parts, new BackOnLoop(loops)));
    }

    /** Where the files are worked on. */
    Scheduler onPool() {
        return Schedulers.fromExecutor(this::execute, true);
    }

    private void execute(Runnable task) {
        EventLoop loop = loops.getObject().choose();
        if (loop.inEventLoop()) {
            submit(loop, task);
        } else {
            loop.execute(() -> submit(loop, task));
        }
    }

    /** What this throws, such as that the pool is closed, Reactor tells whoever waits for the file. */
    private void submit(EventLoop loop, Runnable task) {
        pool.getObject().submit(loop, WorkerPool.Kind.FAST_IO, "the file of an upload", job(task), UploadsOnLoop::done);
    }

    private static Callable<Boolean> job(Runnable task) {
        return () -> {
            task.run();
            return true;
        };
    }

    /** A task of Reactor's tells its own errors; this one says that it did not run. */
    private static void done(@Nullable Throwable error, @Nullable Boolean done) {
        if (error != null) {
            throw new IllegalStateException("the file of an upload was not worked on", error);
        }
    }

    /** The user's come after it, and prevail. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
