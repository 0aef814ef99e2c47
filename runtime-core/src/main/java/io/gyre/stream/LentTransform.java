package io.gyre.stream;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;

/** A transform that keeps none of the bytes it sees and adds none, so that lent ones go on to the reader. */
abstract class LentTransform extends AbstractTransform<Buffer, Buffer> {

    LentTransform(EventLoop loop, DuplexOptions<Buffer, Buffer> options) {
        super(loop, options);
    }

    /** Does the work on lent bytes, within the call. */
    abstract void pass(LentBytes lent);

    @Override
    final boolean handsOn(Loan.Kind kind) {
        return kind == Loan.Kind.BYTES;
    }

    @Override
    final void handOn(Loan loan) {
        LentBytes lent = (LentBytes) loan;
        try {
            pass(lent);
        } catch (Throwable t) {
            lent.release();
            throw t;
        }
        if (state().takesLoan(Loan.Kind.BYTES)) {
            super.handOn(loan);
        } else {
            // The work has paused, unpiped or destroyed something.
            handOn(lent.toBuffer());
        }
    }
}
