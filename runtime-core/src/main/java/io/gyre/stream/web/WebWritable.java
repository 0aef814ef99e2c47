package io.gyre.stream.web;

import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamException;
import io.gyre.stream.StreamOptions;
import org.jspecify.annotations.Nullable;

/** A stream that writes to a web stream. */
final class WebWritable<T> extends AbstractWritable<T> {

    private final WritableStreamDefaultWriter<T> writer;
    private boolean closed;

    WebWritable(WritableStream<T> stream, StreamOptions<T> options) {
        super(stream.loop(), options);
        writer = stream.getWriter();
        writer.closed()
                .await(
                        done -> {
                            closed = true;
                            if (!isWritableEnded()) {
                                destroy(new StreamException(
                                        StreamException.PREMATURE_CLOSE,
                                        "the web stream was closed before this stream ended"));
                            }
                        },
                        error -> {
                            closed = true;
                            destroy(error);
                        });
    }

    @Override
    protected void doWrite(T chunk, Callback callback) {
        writer.ready()
                .await(ready -> writer.write(chunk).await(written -> callback.done(), callback::call), callback::call);
    }

    @Override
    protected void doFinal(Callback callback) {
        if (closed) {
            callback.done();
        } else {
            writer.close().await(done -> callback.done(), callback::call);
        }
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        if (closed) {
            callback.call(error);
        } else if (error != null) {
            writer.abort(error).await(done -> callback.call(error), failure -> callback.call(error));
        } else {
            writer.close().await(done -> callback.done(), failure -> callback.done());
        }
    }
}
