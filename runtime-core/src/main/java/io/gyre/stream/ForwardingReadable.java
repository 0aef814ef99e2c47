package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source that is made when it is first used: for objects that have a stream which many programs never look at.
 *
 * <p>Thread, order, errors and close are as in {@link Readable}.
 *
 * @param <T> the type of the chunks
 */
public abstract non-sealed class ForwardingReadable<T> implements Readable<T> {

    /** For subclasses. */
    protected ForwardingReadable() {}

    /**
     * Returns the stream that everything goes to.
     *
     * @return always the same one, made at the first call
     */
    protected abstract AbstractReadable<T> stream();

    @Override
    public Registration onData(Consumer<? super T> listener) {
        return stream().onData(listener);
    }

    @Override
    public Registration onReadable(Runnable listener) {
        return stream().onReadable(listener);
    }

    @Override
    public Registration onEnd(Runnable listener) {
        return stream().onEnd(listener);
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
    public Registration onPause(Runnable listener) {
        return stream().onPause(listener);
    }

    @Override
    public Registration onResume(Runnable listener) {
        return stream().onResume(listener);
    }

    @Override
    public @Nullable T read() {
        return stream().read();
    }

    @Override
    public @Nullable T read(int n) {
        return stream().read(n);
    }

    @Override
    public void unshift(T chunk) {
        stream().unshift(chunk);
    }

    @Override
    public void pause() {
        stream().pause();
    }

    @Override
    public void resume() {
        stream().resume();
    }

    @Override
    public boolean isPaused() {
        return stream().isPaused();
    }

    @Override
    public boolean isFlowing() {
        return stream().isFlowing();
    }

    @Override
    public <W extends Writable<? super T>> W pipe(W destination, boolean end) {
        return stream().pipe(destination, end);
    }

    @Override
    public void unpipe() {
        stream().unpipe();
    }

    @Override
    public void unpipe(Writable<? super T> destination) {
        stream().unpipe(destination);
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
    public boolean isReadable() {
        return stream().isReadable();
    }

    @Override
    public boolean isReadableEnded() {
        return stream().isReadableEnded();
    }

    @Override
    public boolean isReadableAborted() {
        return stream().isReadableAborted();
    }

    @Override
    public boolean isReadableDidRead() {
        return stream().isReadableDidRead();
    }

    @Override
    public int readableHighWaterMark() {
        return stream().readableHighWaterMark();
    }

    @Override
    public int readableLength() {
        return stream().readableLength();
    }
}
