package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The base of every stream with two sides: a subclass reads in {@link #doRead} and writes in {@link #doWrite}, and this
 * class does the rest.
 *
 * <p>Thread, order, errors and close are as in {@link Duplex}. The steps are called on the loop's thread, and their
 * callbacks must be too.
 *
 * @param <I> the type of the chunks that are written
 * @param <O> the type of the chunks that are read
 */
public abstract non-sealed class AbstractDuplex<I, O> extends AbstractReadable<O> implements Duplex<I, O> {

    private final WritableState<I> write;
    private final boolean allowHalfOpen;

    /** Set by the default of an optional step: the subclass has none. */
    private boolean missing;

    /**
     * Makes a stream that has not started. On the loop's thread.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     */
    protected AbstractDuplex(EventLoop loop, DuplexOptions<I, O> options) {
        super(loop, options);
        allowHalfOpen = options.allowHalfOpen;
        write = new WritableState<>(life, options.writable, new Steps(), this::afterFinish);
        ReadableState<O> read = state();
        life.attachSecondSide();
        life.attach(
                () -> {
                    read.constructed();
                    write.constructed();
                },
                write::beforeDestroy);
        if (!options.hasReadable) {
            read.disable();
        }
        if (!options.hasWritable) {
            write.disable();
        }
        life.follow(options.writable.signal);
    }

    @Override
    final void afterEnd() {
        if (!allowHalfOpen && write.isWritable()) {
            loop().nextTick(() -> {
                if (write.isWritable()) {
                    write.end(null, null);
                }
            });
        } else if (life.autoDestroys() && write.isFinished()) {
            life.destroy(null);
        }
    }

    private void afterFinish() {
        if (life.autoDestroys() && state().isEndEmitted()) {
            life.destroy(null);
        }
    }

    @Override
    public final boolean allowsHalfOpen() {
        return allowHalfOpen;
    }

    // ---- the steps of the sink

    /**
     * Writes a chunk. Not called again until the callback was.
     *
     * @param chunk the chunk
     * @param callback to be called when the sink is ready for the next one, or with the error
     */
    protected abstract void doWrite(I chunk, Callback callback);

    /**
     * Writes all chunks that wait, two or more, as one. Optional: without it they are written one by one.
     *
     * @param chunks the chunks, in order; the list is the sink's to keep
     * @param callback to be called when the sink is ready for the next one, or with the error
     */
    protected void doWritev(List<I> chunks, Callback callback) {
        missing = true;
    }

    /**
     * Completes the sink after the last chunk was written; the finish event waits for it. Optional.
     *
     * @param callback to be called when that is done, or with the error
     */
    protected void doFinal(Callback callback) {
        missing = true;
    }

    /** Whether loans of a kind go through this stream as they are. */
    boolean handsOn(Loan.Kind kind) {
        return false;
    }

    /** Passes a loan to the only consumer, which takes it, and calls the write back when there is room for more. */
    void handOn(Loan loan) {
        throw new UnsupportedOperationException("nothing is handed on by " + this + ": " + loan);
    }

    private final class Steps implements WritableState.Sink<I> {

        @Override
        public void write(I chunk, Callback callback) {
            doWrite(chunk, callback);
        }

        @Override
        public boolean writev(List<I> chunks, Callback callback) {
            missing = false;
            doWritev(chunks, callback);
            return !missing;
        }

        @Override
        public boolean end(Callback callback) {
            missing = false;
            doFinal(callback);
            return !missing;
        }

        @Override
        public boolean feedsLoans(Loan.Kind kind) {
            return handsOn(kind) && state().feedsLoans(kind);
        }

        @Override
        public boolean takesLoan(Loan.Kind kind) {
            return handsOn(kind) && state().takesLoan(kind);
        }

        @Override
        public void writeLoan(Loan loan, Callback callback) {
            handOn(loan);
        }
    }

    // ---- for the producer

    @Override
    public final boolean write(I chunk, @Nullable Callback callback) {
        return write.write(chunk, callback);
    }

    @Override
    public final void end(@Nullable I chunk, @Nullable Callback callback) {
        write.end(chunk, callback);
    }

    @Override
    public final void cork() {
        write.cork();
    }

    @Override
    public final void uncork() {
        write.uncork();
    }

    @Override
    public final Registration onDrain(Runnable listener) {
        life.checkThread("onDrain");
        return write.drainListeners.add(listener);
    }

    @Override
    public final Registration onFinish(Runnable listener) {
        life.checkThread("onFinish");
        return write.finishListeners.add(listener);
    }

    @Override
    public final Registration onPipe(Consumer<? super Readable<?>> listener) {
        life.checkThread("onPipe");
        return write.pipes.onPipe(listener);
    }

    @Override
    public final Registration onUnpipe(Consumer<? super Readable<?>> listener) {
        life.checkThread("onUnpipe");
        return write.pipes.onUnpipe(listener);
    }

    @Override
    public final boolean isWritable() {
        return write.isWritable();
    }

    @Override
    public final boolean isWritableEnded() {
        return write.isEnding();
    }

    @Override
    public final boolean isWritableFinished() {
        return write.isFinished();
    }

    @Override
    public final boolean isWritableAborted() {
        return write.isAborted();
    }

    @Override
    public final boolean isWritableNeedDrain() {
        return write.isNeedDrain();
    }

    @Override
    public final int writableHighWaterMark() {
        return write.highWaterMark();
    }

    @Override
    public final int writableLength() {
        return write.length();
    }

    @Override
    public final int writableCorked() {
        return write.corked();
    }

    final WritableState<I> writeState() {
        return write;
    }
}
