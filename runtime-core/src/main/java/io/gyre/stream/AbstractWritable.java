package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The base of every sink: a subclass writes in {@link #doWrite}, and this class does the rest.
 *
 * <p>Thread, order, errors and close are as in {@link Writable}. The steps are called on the loop's thread, and their
 * callbacks must be too.
 *
 * @param <T> the type of the chunks
 */
public abstract non-sealed class AbstractWritable<T> implements Writable<T> {

    private final StreamLifecycle life;
    private final WritableState<T> state;

    /** Set by the default of an optional step: the subclass has none. */
    private boolean missing;

    /**
     * Makes a stream that has not started. On the loop's thread.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     */
    protected AbstractWritable(EventLoop loop, StreamOptions<T> options) {
        life = new StreamLifecycle(this, loop, options, this::doDestroy);
        state = new WritableState<>(life, options, new Steps(), this::afterFinish);
        life.attach(state::constructed, state::beforeDestroy);
        life.follow(options.signal);
    }

    private void afterFinish() {
        if (life.autoDestroys()) {
            life.destroy(null);
        }
    }

    // ---- the steps of the sink

    /**
     * Writes a chunk. Not called again until the callback was.
     *
     * @param chunk the chunk
     * @param callback to be called when the sink is ready for the next one, or with the error
     */
    protected abstract void doWrite(T chunk, Callback callback);

    /**
     * Writes all chunks that wait, two or more, as one. Optional: without it they are written one by one.
     *
     * @param chunks the chunks, in order; the list is the sink's to keep
     * @param callback to be called when the sink is ready for the next one, or with the error
     */
    protected void doWritev(List<T> chunks, Callback callback) {
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

    /**
     * Tells whether the sink takes ranges of files in place of their bytes. Optional: by default it does not. The answer
     * may change from one range to the next.
     *
     * @return whether {@link #doWriteRange} may be called
     */
    protected boolean takesRanges() {
        return false;
    }

    /**
     * Writes a range of a file, which counts as a chunk of its length. Not called again, nor any other write step, until
     * the callback was.
     *
     * @param range to be released by the sink, on every path, when it needs the file no more
     * @param callback to be called when the sink is ready for the next chunk, or with the error
     */
    protected void doWriteRange(FileRange range, Callback callback) {
        throw new UnsupportedOperationException("takesRanges() without doWriteRange()");
    }

    /**
     * Tells whether the sink takes lent bytes in place of a chunk. Optional: by default it does not. The answer may change
     * from one chunk to the next.
     *
     * @return whether {@link #doWriteLent} may be called
     */
    protected boolean takesLent() {
        return false;
    }

    /**
     * Writes lent bytes, which count as a chunk. Not called again, nor any other write step, until the callback was.
     *
     * @param bytes to be released by the sink, on every path, when it needs them no more
     * @param callback to be called when the sink is ready for the next chunk, or with the error
     */
    protected void doWriteLent(LentBytes bytes, Callback callback) {
        throw new UnsupportedOperationException("takesLent() without doWriteLent()");
    }

    /**
     * Frees what the sink holds. Called once, after the construct step is done.
     *
     * @param error why; null if it is no failure
     * @param callback told the error that the stream ends with
     */
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        callback.call(error);
    }

    /**
     * Lets the stream begin with an asynchronous step, such as opening a file. For constructors: nothing is written or
     * destroyed before the step has called back.
     *
     * @param step runs in the next tick
     */
    protected final void construct(Consumer<Callback> step) {
        construct(step, () -> {});
    }

    /**
     * Lets the stream begin with an asynchronous step that can be cut short. For constructors.
     *
     * @param step runs in the next tick
     * @param giveUp called if the stream is destroyed while the step is under way, which must call back all the same
     */
    protected final void construct(Consumer<Callback> step, Runnable giveUp) {
        life.construct(Objects.requireNonNull(step, "step"), Objects.requireNonNull(giveUp, "giveUp"));
    }

    private final class Steps implements WritableState.Sink<T> {

        @Override
        public void write(T chunk, Callback callback) {
            doWrite(chunk, callback);
        }

        @Override
        public boolean writev(List<T> chunks, Callback callback) {
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
            return kind == Loan.Kind.RANGE ? takesRanges() : takesLent();
        }

        @Override
        public void writeLoan(Loan loan, Callback callback) {
            if (loan instanceof FileRange range) {
                doWriteRange(range, callback);
            } else {
                doWriteLent((LentBytes) loan, callback);
            }
        }
    }

    // ---- for the producer

    @Override
    public final EventLoop loop() {
        return life.loop;
    }

    @Override
    public final boolean write(T chunk, @Nullable Callback callback) {
        return state.write(chunk, callback);
    }

    @Override
    public final void end(@Nullable T chunk, @Nullable Callback callback) {
        state.end(chunk, callback);
    }

    @Override
    public final void cork() {
        state.cork();
    }

    @Override
    public final void uncork() {
        state.uncork();
    }

    @Override
    public final Registration onDrain(Runnable listener) {
        life.checkThread("onDrain");
        return state.drainListeners.add(listener);
    }

    @Override
    public final Registration onFinish(Runnable listener) {
        life.checkThread("onFinish");
        return state.finishListeners.add(listener);
    }

    @Override
    public final Registration onError(Consumer<? super Throwable> listener) {
        return life.onError(listener);
    }

    @Override
    public final Registration onClose(Runnable listener) {
        return life.onClose(listener);
    }

    @Override
    public final Registration onPipe(Consumer<? super Readable<?>> listener) {
        life.checkThread("onPipe");
        return state.pipes.onPipe(listener);
    }

    @Override
    public final Registration onUnpipe(Consumer<? super Readable<?>> listener) {
        life.checkThread("onUnpipe");
        return state.pipes.onUnpipe(listener);
    }

    @Override
    public final void destroy(@Nullable Throwable error) {
        life.destroy(error);
    }

    @Override
    public final boolean isDestroyed() {
        return life.isDestroyed();
    }

    @Override
    public final boolean isClosed() {
        return life.isClosed();
    }

    @Override
    public final @Nullable Throwable errored() {
        return life.errored();
    }

    @Override
    public final boolean isWritable() {
        return state.isWritable();
    }

    @Override
    public final boolean isWritableEnded() {
        return state.isEnding();
    }

    @Override
    public final boolean isWritableFinished() {
        return state.isFinished();
    }

    @Override
    public final boolean isWritableAborted() {
        return state.isAborted();
    }

    @Override
    public final boolean isWritableNeedDrain() {
        return state.isNeedDrain();
    }

    @Override
    public final int writableHighWaterMark() {
        return state.highWaterMark();
    }

    @Override
    public final int writableLength() {
        return state.length();
    }

    @Override
    public final int writableCorked() {
        return state.corked();
    }

    final WritableState<T> state() {
        return state;
    }
}
