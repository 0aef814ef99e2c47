package io.gyre.stream;

import org.jspecify.annotations.Nullable;

/** What the flush function of a transform puts out. */
final class LastOutput<O> implements TransformOutput<O> {

    private final AbstractTransform<?, O> transform;
    private final TransformCallback<O> callback;

    LastOutput(AbstractTransform<?, O> transform, TransformCallback<O> callback) {
        this.transform = transform;
        this.callback = callback;
    }

    @Override
    public boolean push(O chunk) {
        return transform.state().push(chunk);
    }

    @Override
    public void call(@Nullable Throwable error, @Nullable O chunk) {
        callback.call(error, chunk);
    }
}
