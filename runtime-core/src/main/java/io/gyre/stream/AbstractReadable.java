package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The base of every source: a subclass reads in {@link #doRead}, and this class does the rest.
 *
 * <p>Thread, order, errors and close are as in {@link Readable}. The steps are called on the loop's thread.
 *
 * @param <T> the type of the chunks
 */
public abstract non-sealed class AbstractReadable<T> implements Readable<T> {

    final StreamLifecycle life;
    private final ReadableState<T> state;

    /**
     * Makes a stream that has not started. On the loop's thread.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     */
    protected AbstractReadable(EventLoop loop, StreamOptions<T> options) {
        life = new StreamLifecycle(this, loop, options, this::doDestroy);
        state = new ReadableState<>(life, options, this);
        life.attach(state::constructed, () -> {});
        life.follow(options.signal);
    }

    /** For streams with a second side, which attaches itself to the lifecycle. */
    AbstractReadable(EventLoop loop, DuplexOptions<?, T> options) {
        life = new StreamLifecycle(this, loop, options.writable, this::doDestroy);
        state = new ReadableState<>(life, options.readable, this);
    }

    /** What follows the end event. */
    void afterEnd() {
        if (life.autoDestroys()) {
            life.destroy(null);
        }
    }

    // ---- the steps of the source

    /**
     * Reads more, now or later, and hands it to {@link #push}. Called when there is room, and not again until something
     * was pushed. What it throws breaks the stream.
     *
     * @param n how much is wanted: the high-water mark; more or less is welcome
     */
    protected abstract void doRead(int n);

    /**
     * Frees what the source holds. Called once, after the construct step is done.
     *
     * @param error why; null if it is no failure
     * @param callback told the error that the stream ends with
     */
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        callback.call(error);
    }

    /**
     * Lets the stream begin with an asynchronous step, such as opening a file. For constructors: nothing is read or
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

    /**
     * Hands over a chunk. It is taken in any case; a source that goes on after false fills the memory.
     *
     * @param chunk the chunk, or null for the end of the data
     * @return false if the source should wait for the next {@link #doRead}
     */
    protected final boolean push(@Nullable T chunk) {
        return state.push(chunk);
    }

    /**
     * Tells whether the source can hand over what comes next as a range of a file. Optional: by default it cannot. While
     * it can, nothing is read ahead for a pipe whose sink takes ranges.
     *
     * @return whether the next {@link #doRead} may call {@link #pushRange}
     */
    protected boolean offersRanges() {
        return false;
    }

    /**
     * Tells whether the consumer takes a range of a file just now: a single pipe to a sink that takes ranges and has
     * written everything before it. Nobody else sees the bytes then.
     *
     * @return whether {@link #pushRange} may be called
     */
    protected final boolean takesRange() {
        return state.takesLoan(Loan.Kind.RANGE);
    }

    /**
     * Hands over a range of a file in place of a chunk, in answer to {@link #doRead}. Only where {@link #takesRange} has
     * just said so.
     *
     * @param range released by the sink when it needs the file no more
     */
    protected final void pushRange(FileRange range) {
        state.pushLoan(Objects.requireNonNull(range, "range"));
    }

    /**
     * Tells whether the source can lend the bytes that come next. Optional: by default it cannot. While it can, nothing is
     * read ahead for a pipe whose sink takes such bytes.
     *
     * @return whether the next {@link #doRead} may lead to {@link #pushLent}
     */
    protected boolean offersLent() {
        return false;
    }

    /**
     * Tells whether the consumer takes lent bytes just now: a single pipe to a sink that takes them and has written
     * everything before them. Nobody else sees them then.
     *
     * @return whether {@link #pushLent} may be called
     */
    protected final boolean takesLent() {
        return state.takesLoan(Loan.Kind.BYTES);
    }

    /**
     * Hands over lent bytes in place of a chunk, in answer to {@link #doRead}. Only where {@link #takesLent} has just said
     * so; where it does not, {@link LentBytes#toBuffer} makes a chunk of them.
     *
     * @param bytes released by the sink when it needs them no more
     */
    protected final void pushLent(LentBytes bytes) {
        state.pushLoan(Objects.requireNonNull(bytes, "bytes"));
    }

    /** Whether the next read step may hand over a loan, so that nothing is to be read ahead. */
    boolean offersLoan(Loan.Kind kind) {
        return kind == Loan.Kind.RANGE ? offersRanges() : offersLent();
    }

    /**
     * Breaks the stream: destroys it, or only tells the error where it does not destroy itself.
     *
     * @param error what went wrong
     */
    protected final void fail(Throwable error) {
        life.checkThread("fail");
        life.fail(Objects.requireNonNull(error, "error"), false);
    }

    /** Says that there are no more data. */
    protected final void pushEnd() {
        state.push(null);
    }

    // ---- for the consumer

    @Override
    public final EventLoop loop() {
        return life.loop;
    }

    @Override
    public final Registration onData(Consumer<? super T> listener) {
        return state.mode.onData(listener);
    }

    @Override
    public final Registration onReadable(Runnable listener) {
        return state.mode.onReadable(listener);
    }

    @Override
    public final Registration onEnd(Runnable listener) {
        life.checkThread("onEnd");
        return state.endListeners.add(listener);
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
    public final Registration onPause(Runnable listener) {
        life.checkThread("onPause");
        return state.mode.pauseListeners.add(listener);
    }

    @Override
    public final Registration onResume(Runnable listener) {
        life.checkThread("onResume");
        return state.mode.resumeListeners.add(listener);
    }

    @Override
    public final @Nullable T read() {
        return state.read(ReadableState.ALL);
    }

    @Override
    public final @Nullable T read(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("read of " + n);
        }
        return state.read(n);
    }

    @Override
    public final void unshift(T chunk) {
        state.unshift(Objects.requireNonNull(chunk, "chunk"));
    }

    @Override
    public final void pause() {
        state.mode.pause();
    }

    @Override
    public final void resume() {
        state.mode.resume();
    }

    @Override
    public final <W extends Writable<? super T>> W pipe(W destination, boolean end) {
        life.checkThread("pipe");
        new Pipe<>(this, state, destination).start(end);
        return destination;
    }

    @Override
    public final void unpipe() {
        life.checkThread("unpipe");
        if (state.pipes.isEmpty()) {
            return;
        }
        List<Pipe<T>> former = new ArrayList<>(state.pipes);
        state.pipes.clear();
        state.mode.pause();
        for (Pipe<T> pipe : former) {
            WritableState.of(pipe.destination).pipes.emitUnpipe(this);
        }
    }

    @Override
    public final void unpipe(Writable<? super T> destination) {
        life.checkThread("unpipe");
        for (int i = 0; i < state.pipes.size(); i++) {
            if (state.pipes.get(i).destination == destination) {
                state.pipes.remove(i);
                if (state.pipes.isEmpty()) {
                    state.mode.pause();
                }
                WritableState.of(destination).pipes.emitUnpipe(this);
                return;
            }
        }
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
    public final boolean isPaused() {
        return state.mode.isPaused();
    }

    @Override
    public final boolean isFlowing() {
        return state.flowing;
    }

    @Override
    public final boolean isReadable() {
        return state.isReadable();
    }

    @Override
    public final boolean isReadableEnded() {
        return state.isEndEmitted();
    }

    @Override
    public final boolean isReadableAborted() {
        return state.isAborted();
    }

    @Override
    public final boolean isReadableDidRead() {
        return state.didRead();
    }

    @Override
    public final int readableHighWaterMark() {
        return state.highWaterMark();
    }

    @Override
    public final int readableLength() {
        return state.length();
    }

    final ReadableState<T> state() {
        return state;
    }
}
