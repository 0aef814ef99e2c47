package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What {@link Pipeline#finished} waits for. Immutable: each method returns a changed copy. */
public final class FinishedOptions {

    private static final FinishedOptions DEFAULTS = new FinishedOptions(null, null, true, false, null);

    /** Null for what the stream has. */
    private final @Nullable Boolean readable;

    private final @Nullable Boolean writable;
    final boolean error;
    final boolean cleanup;
    final @Nullable AbortSignal signal;

    private FinishedOptions(
            @Nullable Boolean readable,
            @Nullable Boolean writable,
            boolean error,
            boolean cleanup,
            @Nullable AbortSignal signal) {
        this.readable = readable;
        this.writable = writable;
        this.error = error;
        this.cleanup = cleanup;
        this.signal = signal;
    }

    /**
     * Waits for both sides, if the stream has two, and for errors.
     *
     * @return the defaults
     */
    public static FinishedOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets whether the end of the readable side is waited for; it is if there is one.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public FinishedOptions readable(boolean value) {
        return new FinishedOptions(value, writable, error, cleanup, signal);
    }

    /**
     * Sets whether the finish of the writable side is waited for; it is if there is one.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public FinishedOptions writable(boolean value) {
        return new FinishedOptions(readable, value, error, cleanup, signal);
    }

    /**
     * Sets whether an error event is told. Without it, the error of a broken stream is told when the stream closes, and
     * does not count as handled.
     *
     * @param value true by default
     * @return a changed copy
     */
    public FinishedOptions error(boolean value) {
        return new FinishedOptions(readable, writable, value, cleanup, signal);
    }

    /**
     * Sets whether the listeners are removed from the stream when it is through; they stay by default, so that a late
     * error is not taken for an unhandled one.
     *
     * @param value whether they are
     * @return a changed copy
     */
    public FinishedOptions cleanup(boolean value) {
        return new FinishedOptions(readable, writable, error, value, signal);
    }

    /**
     * Sets a signal that ends the waiting with an {@link io.gyre.abort.AbortException}. The stream goes on.
     *
     * @param value of the stream's loop
     * @return a changed copy
     */
    public FinishedOptions signal(AbortSignal value) {
        return new FinishedOptions(readable, writable, error, cleanup, Objects.requireNonNull(value, "signal"));
    }

    boolean awaitsReadable(boolean hasReadable) {
        return readable == null ? hasReadable : readable;
    }

    boolean awaitsWritable(boolean hasWritable) {
        return writable == null ? hasWritable : writable;
    }
}
