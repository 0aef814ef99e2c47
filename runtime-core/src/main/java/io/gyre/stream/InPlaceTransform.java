package io.gyre.stream;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.util.function.Consumer;

/** A transform that changes the bytes where they are; chunks, which others may hold too, are copied for it. */
final class InPlaceTransform extends LentTransform {

    private final Consumer<? super LentBytes> step;
    private final Transform.Flush<Buffer> flush;

    InPlaceTransform(
            EventLoop loop,
            DuplexOptions<Buffer, Buffer> options,
            Consumer<? super LentBytes> step,
            Transform.Flush<Buffer> flush) {
        super(loop, options);
        this.step = step;
        this.flush = flush;
    }

    @Override
    void pass(LentBytes lent) {
        LentBytes.during(lent.bytes(), step);
    }

    @Override
    protected void doTransform(Buffer chunk, TransformCallback<Buffer> callback) {
        Buffer own = Buffer.copyOf(chunk.asByteBuffer());
        LentBytes.during(own.asWritableByteBuffer(), step);
        callback.done(own);
    }

    @Override
    protected void doFlush(TransformCallback<Buffer> callback) {
        flush.flush(new LastOutput<>(this, callback));
    }
}
