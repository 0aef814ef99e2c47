package io.gyre.stream.web;

import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;
import org.jspecify.annotations.Nullable;

/** A stream whose chunks are those of a web stream. */
final class WebReadable<T> extends AbstractReadable<T> {

    private final ReadableStreamDefaultReader<T> reader;
    private boolean closed;

    WebReadable(ReadableStream<T> stream, StreamOptions<T> options) {
        super(stream.loop(), options);
        reader = stream.getReader();
        reader.closed().await(done -> closed = true, error -> {
            closed = true;
            destroy(error);
        });
    }

    @Override
    protected void doRead(int n) {
        reader.read()
                .await(
                        result -> {
                            T chunk = result.value();
                            if (isDestroyed()) {
                                return;
                            }
                            if (chunk == null) {
                                pushEnd();
                            } else {
                                push(chunk);
                            }
                        },
                        this::destroy);
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        if (closed) {
            callback.call(error);
            return;
        }
        // The web stream's own trouble with it does not replace the error that is told.
        reader.cancel(error).await(done -> callback.call(error), failure -> callback.call(error));
    }
}
