package io.gyre.fs;

import io.gyre.work.WorkRequest;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, ahead of the reader, how much of a file can be sent by reference, and has it brought into memory on a
 * worker, so that the loop need not wait for the disk. Confined to the loop's thread.
 */
final class LookAhead {

    /** How much is sent as one: little enough that other connections have their turn soon. */
    static final int PIECE = 512 * 1024;

    /** How much a worker looks at in one go: several pieces, since each go wakes a thread. It is twice that in all. */
    private static final int STEP = 2 * 1024 * 1024;

    /** Told how many bytes are there, up to a piece. */
    @FunctionalInterface
    interface Found {
        /** 0 where the file has no more, as far as can be told. */
        void accept(int length);
    }

    private final FileSlot slot;

    /** One beyond the last byte to be sent; {@link Long#MAX_VALUE} for the end of the file. */
    private final long limit;

    /** What is known to be there: from here to, exclusively, {@link #until}. */
    private long known = OpenFile.CURRENT;

    private long until = OpenFile.CURRENT;
    private boolean atEnd;
    private @Nullable WorkRequest<?> underWay;
    private @Nullable Runnable waiting;

    LookAhead(FileSlot slot, long limit) {
        this.slot = slot;
        this.limit = limit;
    }

    /** Tells what is at a position, at once if that is known. */
    void at(long position, Found found) {
        if (position < known || position > until) {
            known = position;
            until = position;
            atEnd = false;
        }
        if (position < until) {
            found.accept((int) Math.min(PIECE, until - position));
        } else if (atEnd || position >= limit || !slot.isOpen()) {
            found.accept(0);
        } else {
            waiting = () -> at(position, found);
            look();
        }
    }

    /** The reader has come to a position: looks on if little is left. */
    void passed(long position) {
        if (until - position <= STEP && !atEnd && until < limit && slot.isOpen()) {
            look();
        }
    }

    /** Nobody reads on: a look that no worker has begun is taken back. */
    void giveUp() {
        WorkRequest<?> request = underWay;
        if (request != null) {
            request.cancel();
        }
    }

    private void look() {
        if (underWay != null) {
            return;
        }
        long from = until;
        underWay = slot.begin().load(from, (int) Math.min(STEP, limit - from), (error, found) -> {
            underWay = null;
            if (from == until) {
                // An error is met again by the read that follows.
                int length = found == null ? 0 : found;
                until += length;
                atEnd = length == 0;
            }
            slot.idle(null);
            Runnable again = waiting;
            waiting = null;
            if (again != null) {
                again.run();
            }
        });
    }
}
