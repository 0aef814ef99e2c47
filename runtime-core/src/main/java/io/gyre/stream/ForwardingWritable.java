package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A sink that is made when it is first used: for objects that are streams but often end with their first chunk, which
 * a subclass then handles by itself.
 *
 * <p>Thread, order, errors and close are as in {@link Writable}.
 *
 * @param <T> the type of the chunks
 */
public abstract non-sealed class ForwardingWritable<T> implements Writable<T> {

    /** For subclasses. */
    protected ForwardingWritable() {}

    /**
     * Returns the stream that everything goes to.
     *
     * @return always the same one, made at the first call
     */
    protected abstract AbstractWritable<T> stream();

    @Override
    public boolean write(T chunk, @Nullable Callback callback) {
        return stream().write(chunk, callback);
    }

    @Override
    public void end(@Nullable T chunk, @Nullable Callback callback) {
        stream().end(chunk, callback);
    }

    @Override
    public void cork() {
        stream().cork();
    }

    @Override
    public void uncork() {
        stream().uncork();
    }

    @Override
    public Registration onDrain(Runnable listener) {
        return stream().onDrain(listener);
    }

    @Override
    public Registration onFinish(Runnable listener) {
        return stream().onFinish(listener);
    }

    @Override
    public Registration onError(Consumer<? super Throwable> listener) {
        return stream().onError(listener);
    }

    @Override
    public Registration onClose(Runnable listener) {
        return stream().onClose(listener);
    }

    @Override
    public Registration onPipe(Consumer<? super Readable<?>> listener) {
        return stream().onPipe(listener);
    }

    @Override
    public Registration onUnpipe(Consumer<? super Readable<?>> listener) {
        return stream().onUnpipe(listener);
    }

    @Override
    public void destroy(@Nullable Throwable error) {
        stream().destroy(error);
    }

    @Override
    public boolean isDestroyed() {
        return stream().isDestroyed();
    }

    @Override
    public boolean isClosed() {
        return stream().isClosed();
    }

    @Override
    public @Nullable Throwable errored() {
        return stream().errored();
    }

    @Override
    public boolean isWritable() {
        return stream().isWritable();
    }

    @Override
    public boolean isWritableEnded() {
        return stream().isWritableEnded();
    }

    @Override
    public boolean isWritableFinished() {
        return stream().isWritableFinished();
    }

    @Override
    public boolean isWritableAborted() {
        return stream().isWritableAborted();
    }

    @Override
    public boolean isWritableNeedDrain() {
        return stream().isWritableNeedDrain();
    }

    @Override
    public int writableHighWaterMark() {
        return stream().writableHighWaterMark();
    }

    @Override
    public int writableLength() {
        return stream().writableLength();
    }

    @Override
    public int writableCorked() {
        return stream().writableCorked();
    }
}
