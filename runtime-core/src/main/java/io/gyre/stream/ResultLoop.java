package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import org.jspecify.annotations.Nullable;

/** A loop over an asynchronous iterator that comes to a result. */
abstract class ResultLoop<T, R> extends ForAwait<T> {

    final Resolvers<R> result;

    ResultLoop(EventLoop loop, AsyncIterator<? extends T> elements, @Nullable AbortSignal signal) {
        super(elements, signal);
        result = Promise.withResolvers(loop);
    }

    @Override
    void failed(Throwable error) {
        result.reject(error);
    }

    final Promise<R> start() {
        go();
        return result.promise();
    }
}
