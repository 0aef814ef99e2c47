package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What readable and writable streams have in common: a loop, an end, and at most one error.
 *
 * <p><b>Thread.</b> A stream belongs to its loop's thread; calls from elsewhere throw {@link IllegalStateException}.
 *
 * <p><b>Order.</b> Listeners are called in the order they were added. Error and close come in one tick, in that order,
 * after the destroy step is done, and nothing comes after close.
 *
 * <p><b>Errors.</b> The first error destroys the stream and is told once. Without an error listener it goes to the
 * loop's error policy, as an error thrown by a callback does.
 *
 * <p><b>Close.</b> {@link #destroy()} frees what the stream holds, drops what it buffers and ends in the close event.
 * A stream that has run to its end destroys itself.
 */
public sealed interface Stream permits Readable, Writable {

    /**
     * Returns the loop that this stream belongs to. From any thread.
     *
     * @return the loop
     */
    EventLoop loop();

    /**
     * Adds a listener for the error that destroys this stream.
     *
     * @param listener given the error
     * @return removes the listener
     */
    Registration onError(Consumer<? super Throwable> listener);

    /**
     * Adds a listener for the moment when everything is freed; no event follows it.
     *
     * @param listener called once
     * @return removes the listener
     */
    Registration onClose(Runnable listener);

    /** Ends this stream at once, without an error. Does nothing if it was destroyed before. */
    default void destroy() {
        destroy(null);
    }

    /**
     * Ends this stream at once. Does nothing if it was destroyed before.
     *
     * @param error told to the error listeners; null if it is no failure
     */
    void destroy(@Nullable Throwable error);

    /**
     * Tells whether the stream was destroyed, by itself or by {@link #destroy}.
     *
     * @return true also while the destroy step is under way
     */
    boolean isDestroyed();

    /**
     * Tells whether everything is freed.
     *
     * @return true after the destroy step
     */
    boolean isClosed();

    /**
     * Returns what broke this stream.
     *
     * @return the error or null
     */
    @Nullable
    Throwable errored();
}
