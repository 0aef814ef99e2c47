package io.gyre.stream;

import io.gyre.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The base of every transform: a subclass makes chunks out of chunks in {@link #doTransform}, and this class does the
 * rest.
 *
 * <p>Thread, order, errors and close are as in {@link Transform}. The steps are called on the loop's thread, and their
 * callbacks must be too.
 *
 * @param <I> the type of the chunks that are written
 * @param <O> the type of the chunks that are read
 */
public abstract non-sealed class AbstractTransform<I, O> extends AbstractDuplex<I, O> implements Transform<I, O> {

    /** Of every chunk: there is one at a time. */
    final TransformOutput<O> output = new Output();

    /** How much the readable side held before the chunk came. */
    private int lengthBefore;

    /** Whether a chunk was transformed while the reader had enough, and is done when it wants more. */
    private boolean heldBack;

    /**
     * Makes a stream that has not started. On the loop's thread.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers; a {@code readableHighWaterMark} of 0 goes for the writable side too, unless that one
     *     was set
     */
    protected AbstractTransform(EventLoop loop, DuplexOptions<I, O> options) {
        super(loop, options.forTransform());
        state().pushesBeforeRead();
    }

    // ---- the steps of the transform

    /**
     * Transforms a chunk, now or later: calls {@link #push} as often as chunks come out of it, and then the callback,
     * which may carry the last one. Not called again until the callback was. What it throws is thrown by the write that
     * brought the chunk.
     *
     * @param chunk what was written
     * @param callback to be called when the chunk is done, or with the error
     */
    protected abstract void doTransform(I chunk, TransformCallback<O> callback);

    /**
     * Puts out what is left after the last chunk; the readable side ends, and the finish event is told, after it.
     *
     * @param callback to be called when all was pushed, or with the error
     */
    protected void doFlush(TransformCallback<O> callback) {
        callback.done();
    }

    // ---- the steps of the two sides

    @Override
    protected final void doWrite(I chunk, Callback callback) {
        lengthBefore = state().length();
        doTransform(chunk, output);
    }

    @Override
    void handOn(Loan loan) {
        ReadableState<O> read = state();
        read.pushLoan(loan);
        if (read.flowing) {
            writeState().written(null);
        } else {
            // The reader has no room: the writer waits for it, and does not read on for a buffer.
            heldBack = true;
        }
    }

    /** Passes a chunk in place of a loan that cannot be handed on any more. */
    final void handOn(O chunk) {
        lengthBefore = state().length();
        output.done(chunk);
    }

    @Override
    final boolean offersLoan(Loan.Kind kind) {
        return handsOn(kind) && writeState().isFedLoans(kind);
    }

    private final class Output implements TransformOutput<O> {

        @Override
        public boolean push(O chunk) {
            return AbstractTransform.this.push(chunk);
        }

        @Override
        public void call(@Nullable Throwable error, @Nullable O result) {
            life.checkThread("the transform step's callback");
            WritableState<I> written = writeState();
            if (error != null) {
                written.written(error);
                return;
            }
            ReadableState<O> read = state();
            if (result != null) {
                read.pushNow(result);
            }
            if (read.ended) {
                // Whoever ends the readable side early is told of it before the next chunk comes.
                loop().nextTick(() -> written.written(null));
            } else if (read.waitsToPassLoan() && !written.isEndCalled()) {
                // The chunk went through, but what follows is lent only to a reader with room.
                heldBack = true;
            } else if (read.length() == lengthBefore || read.hasRoom() || written.isEndCalled()) {
                written.written(null);
            } else {
                heldBack = true;
            }
        }
    }

    @Override
    protected final void doRead(int n) {
        if (heldBack) {
            heldBack = false;
            writeState().written(null);
        }
    }

    @Override
    protected final void doFinal(Callback callback) {
        doFlush((error, result) -> {
            if (error != null) {
                callback.call(error);
                return;
            }
            if (result != null) {
                push(result);
            }
            pushEnd();
            callback.done();
        });
    }
}
