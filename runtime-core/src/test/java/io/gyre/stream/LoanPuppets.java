package io.gyre.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** A source that lends its pieces while somebody takes them, a sink that takes them while it is told to, and what was seen. */
final class LoanPuppets {

    static final int PIECE = 10;
    static final int PIECES = 3;

    final EventLoop loop = EventLoop.create();
    final List<String> seen = new ArrayList<>();

    /** How many pieces are lent and were not released. */
    int held;

    /** Runs the loop to its end; what fails in a callback fails the test. */
    void run(Runnable program) {
        assertThat(loop.run(program)).as("exit code").isZero();
    }

    /** Ten digits of a kind, for each piece another. */
    static String text(int number) {
        return Integer.toString(number).repeat(PIECE);
    }

    static String text(ByteBuffer bytes) {
        return StandardCharsets.US_ASCII.decode(bytes).toString();
    }

    LentBytes lend(int number) {
        held++;
        byte[] digits = text(number).getBytes(StandardCharsets.US_ASCII);
        return new LentBytes(ByteBuffer.allocateDirect(PIECE).put(digits).flip(), () -> held--);
    }

    Source lender() {
        return new Source(Loan.Kind.BYTES, this::lend);
    }

    Source ranges(IntFunction<FileRange> pieces) {
        return new Source(Loan.Kind.RANGE, pieces);
    }

    /** Pieces of ones, twos and threes, read an immediate later. */
    final class Source extends AbstractReadable<Buffer> {

        private final Loan.Kind kind;
        private final IntFunction<? extends Loan> pieces;
        int number;

        /** The pieces before this one are no loans. */
        int firstLent = 1;

        private Source(Loan.Kind kind, IntFunction<? extends Loan> pieces) {
            super(loop, StreamOptions.bytes().highWaterMark(PIECE));
            this.kind = kind;
            this.pieces = pieces;
        }

        @Override
        protected boolean offersRanges() {
            return kind == Loan.Kind.RANGE;
        }

        @Override
        protected boolean offersLent() {
            return kind == Loan.Kind.BYTES && number + 1 >= firstLent;
        }

        @Override
        protected void doRead(int n) {
            loop.setImmediate(() -> {
                if (number == PIECES) {
                    pushEnd();
                    return;
                }
                number++;
                if (kind == Loan.Kind.RANGE && takesRange()) {
                    pushRange((FileRange) pieces.apply(number));
                } else if (kind == Loan.Kind.BYTES && number >= firstLent && takesLent()) {
                    pushLent((LentBytes) pieces.apply(number));
                } else {
                    push(Buffer.utf8(text(number)));
                }
            });
        }
    }

    /** Is done with each piece when it is told to, or an immediate later. */
    final class Sink extends AbstractWritable<Buffer> {

        boolean takes = true;
        boolean byHand;
        Runnable done = () -> {};

        Sink() {
            this(PIECE);
        }

        Sink(int highWaterMark) {
            super(loop, StreamOptions.bytes().highWaterMark(highWaterMark));
        }

        @Override
        protected boolean takesRanges() {
            return takes;
        }

        @Override
        protected boolean takesLent() {
            return takes;
        }

        @Override
        protected void doWriteRange(FileRange range, Callback callback) {
            seen.add("range at " + range.position());
            release(range, callback);
        }

        @Override
        protected void doWriteLent(LentBytes bytes, Callback callback) {
            seen.add("lent " + text(bytes.bytes()));
            release(bytes, callback);
        }

        private void release(Loan loan, Callback callback) {
            assertThat(writableLength()).isEqualTo(PIECE);
            after(() -> {
                loan.release();
                callback.done();
            });
        }

        @Override
        protected void doWrite(Buffer chunk, Callback callback) {
            seen.add("chunk " + chunk);
            after(callback::done);
        }

        private void after(Runnable step) {
            if (byHand) {
                done = step;
            } else {
                loop.setImmediate(step);
            }
        }
    }
}
