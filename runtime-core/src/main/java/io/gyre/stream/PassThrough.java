package io.gyre.stream;

import io.gyre.loop.EventLoop;

/**
 * A transform that changes nothing (Node's {@code stream.PassThrough}): a buffer between a writer and a reader, and a
 * place to count or watch. Between two pipes, with nobody else to read it, it hands on what the source lends: a file is
 * sent by reference through it.
 *
 * <p>Thread, order, errors and close are as in {@link Transform}.
 *
 * @param <T> the type of the chunks
 */
public final class PassThrough<T> extends AbstractTransform<T, T> {

    /**
     * Makes a stream that has not started. On the loop's thread.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     */
    public PassThrough(EventLoop loop, DuplexOptions<T, T> options) {
        super(loop, options);
    }

    @Override
    boolean handsOn(Loan.Kind kind) {
        return true;
    }

    @Override
    protected void doTransform(T chunk, TransformCallback<T> callback) {
        callback.done(chunk);
    }
}
