package io.gyre.stream;

import io.gyre.loop.EventLoop;
import org.jspecify.annotations.Nullable;

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

    private final class LastOutput implements TransformOutput<O> {

        private final TransformCallback<O> callback;

        LastOutput(TransformCallback<O> callback) {
            this.callback = callback;
        }

        @Override
        public boolean push(O chunk) {
            return StepTransform.this.push(chunk);
        }

        @Override
        public void call(@Nullable Throwable error, @Nullable O chunk) {
            callback.call(error, chunk);
        }
    }

    @Override
    protected void doTransform(I chunk, TransformCallback<O> callback) {
        step.transform(chunk, output);
    }

    @Override
    protected void doFlush(TransformCallback<O> callback) {
        flush.flush(new LastOutput(callback));
    }
}
