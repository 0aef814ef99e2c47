package io.gyre.stream;

import io.gyre.loop.EventLoop;

/** A transform whose steps are functions. */
final class StepTransform<I, O> extends AbstractTransform<I, O> {

    private final Transform.Step<? super I, O> step;
    private final Transform.Flush<O> flush;

    StepTransform(
            EventLoop loop, DuplexOptions<I, O> options, Transform.Step<? super I, O> step, Transform.Flush<O> flush) {
        super(loop, options);
        this.step = step;
        this.flush = flush;
    }

    @Override
    protected void doTransform(I chunk, TransformCallback<O> callback) {
        step.transform(chunk, output);
    }

    @Override
    protected void doFlush(TransformCallback<O> callback) {
        flush.flush(new LastOutput<>(this, callback));
    }
}
