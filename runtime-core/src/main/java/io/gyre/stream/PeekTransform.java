package io.gyre.stream;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** A transform that looks at the bytes and changes nothing. */
final class PeekTransform extends AbstractTransform<Buffer, Buffer> {

    private final Consumer<? super ByteBuffer> look;

    PeekTransform(EventLoop loop, DuplexOptions<Buffer, Buffer> options, Consumer<? super ByteBuffer> look) {
        super(loop, options);
        this.look = look;
    }

    @Override
    boolean handsOn(Loan.Kind kind) {
        return kind == Loan.Kind.BYTES;
    }

    @Override
    void handOn(Loan loan) {
        LentBytes lent = (LentBytes) loan;
        try {
            look.accept(lent.bytes().asReadOnlyBuffer());
        } catch (Throwable t) {
            lent.release();
            throw t;
        }
        if (state().takesLoan(Loan.Kind.BYTES)) {
            super.handOn(loan);
        } else {
            // The look has paused, unpiped or destroyed something.
            handOn(lent.toBuffer());
        }
    }

    @Override
    protected void doTransform(Buffer chunk, TransformCallback<Buffer> callback) {
        look.accept(chunk.asByteBuffer());
        callback.done(chunk);
    }
}
