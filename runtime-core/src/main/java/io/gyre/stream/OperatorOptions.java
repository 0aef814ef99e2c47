package io.gyre.stream;

import io.gyre.abort.AbortSignal;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an operator of {@link ReadableOperators} works. Immutable: each method returns a changed copy. */
public final class OperatorOptions {

    private static final OperatorOptions DEFAULTS = new OperatorOptions(1, -1, null);

    final int concurrency;

    /** How many results wait beside those that are being made. */
    private final int highWaterMark;

    final @Nullable AbortSignal signal;

    private OperatorOptions(int concurrency, int highWaterMark, @Nullable AbortSignal signal) {
        this.concurrency = concurrency;
        this.highWaterMark = highWaterMark;
        this.signal = signal;
    }

    /**
     * One step at a time, and no signal.
     *
     * @return the defaults
     */
    public static OperatorOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how many steps may be under way at once. What they make keeps the order of the chunks.
     *
     * @param value 1 or more
     * @return a changed copy
     */
    public OperatorOptions concurrency(int value) {
        if (value < 1) {
            throw new IllegalArgumentException("concurrency must be 1 or more, but was " + value);
        }
        return new OperatorOptions(value, highWaterMark, signal);
    }

    /**
     * Sets how many results may wait for the consumer beside the steps that are under way: {@code concurrency - 1} by
     * default.
     *
     * @param value 0 or more
     * @return a changed copy
     */
    public OperatorOptions highWaterMark(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("highWaterMark must be 0 or more, but was " + value);
        }
        return new OperatorOptions(concurrency, value, signal);
    }

    /**
     * Sets a signal that gives the operator up with an {@link io.gyre.abort.AbortException}, which destroys the source.
     * It is looked at between chunks, and handed to the steps.
     *
     * @param value of the stream's loop
     * @return a changed copy
     */
    public OperatorOptions signal(AbortSignal value) {
        return new OperatorOptions(concurrency, highWaterMark, Objects.requireNonNull(value, "signal"));
    }

    /** How many results are made or wait. */
    int queueLimit() {
        return (int) Math.min(Integer.MAX_VALUE, (highWaterMark < 0 ? concurrency - 1L : highWaterMark) + concurrency);
    }
}
