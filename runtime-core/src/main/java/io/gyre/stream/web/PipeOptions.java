package io.gyre.stream.web;

import io.gyre.abort.AbortSignal;
import org.jspecify.annotations.Nullable;

/** What the end of one side of a pipe does to the other. Immutable: each method returns a changed copy. */
public final class PipeOptions {

    private static final PipeOptions DEFAULTS = new PipeOptions(false, false, false, null);

    final boolean preventClose;
    final boolean preventAbort;
    final boolean preventCancel;
    final @Nullable AbortSignal signal;

    private PipeOptions(
            boolean preventClose, boolean preventAbort, boolean preventCancel, @Nullable AbortSignal signal) {
        this.preventClose = preventClose;
        this.preventAbort = preventAbort;
        this.preventCancel = preventCancel;
        this.signal = signal;
    }

    /**
     * Each end reaches the other side, and no signal is heeded.
     *
     * @return the defaults
     */
    public static PipeOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets whether the destination stays open at the end of the source.
     *
     * @param value whether it does
     * @return a changed copy
     */
    public PipeOptions preventClose(boolean value) {
        return new PipeOptions(value, preventAbort, preventCancel, signal);
    }

    /**
     * Sets whether the destination is left alone when the source breaks.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public PipeOptions preventAbort(boolean value) {
        return new PipeOptions(preventClose, value, preventCancel, signal);
    }

    /**
     * Sets whether the source is left alone when the destination breaks or closes.
     *
     * @param value whether it is
     * @return a changed copy
     */
    public PipeOptions preventCancel(boolean value) {
        return new PipeOptions(preventClose, preventAbort, value, signal);
    }

    /**
     * Sets what ends the pipe early: the destination is aborted and the source cancelled, unless that is prevented.
     *
     * @param value a signal of the streams' loop
     * @return a changed copy
     */
    public PipeOptions signal(AbortSignal value) {
        return new PipeOptions(preventClose, preventAbort, preventCancel, value);
    }
}
