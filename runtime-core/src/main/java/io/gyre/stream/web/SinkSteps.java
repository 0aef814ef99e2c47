package io.gyre.stream.web;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;

/** What a writable stream does with its chunks: a user's sink, or the other side of a transform. */
interface SinkSteps<T> {

    Promise<?> write(T chunk, WritableStreamDefaultController<T> controller);

    Promise<?> close();

    Promise<?> abort(Throwable reason);

    static <T> SinkSteps<T> of(EventLoop loop, UnderlyingSink<T> sink) {
        return new SinkSteps<>() {

            @Override
            public Promise<?> write(T chunk, WritableStreamDefaultController<T> controller) {
                return Deferred.call(loop, () -> sink.write(chunk, controller));
            }

            @Override
            public Promise<?> close() {
                return Deferred.call(loop, sink::close);
            }

            @Override
            public Promise<?> abort(Throwable reason) {
                return Deferred.call(loop, () -> sink.abort(reason));
            }
        };
    }
}
