package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import org.jspecify.annotations.Nullable;

/** What a readable stream does to get chunks: a user's source, or a stream that this one is a side or a branch of. */
interface SourceSteps<T> {

    Promise<?> pull(ReadableStreamDefaultController<T> controller);

    Promise<?> cancel(@Nullable Throwable reason);

    static <T> SourceSteps<T> of(EventLoop loop, UnderlyingSource<T> source) {
        return new SourceSteps<>() {

            @Override
            public Promise<?> pull(ReadableStreamDefaultController<T> controller) {
                return Deferred.call(loop, () -> source.pull(controller));
            }

            @Override
            public Promise<?> cancel(@Nullable Throwable reason) {
                return Deferred.call(loop, () -> source.cancel(reason));
            }
        };
    }
}
