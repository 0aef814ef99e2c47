package io.gyre.fs;

import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The memory that streams of files lend, outside of the heap: pieces of one size that come back when they are written. A
 * loop has few of them, and reads into the heap while all are lent; what does not come back is left to the collector.
 * Confined to the loop's thread, as its streams are.
 */
final class ReadMemory {

    /** The default high-water mark of a stream of a file. */
    static final int PIECE = 64 * 1024;

    private static final int MOST_PIECES = 32;

    /** What is kept while nobody reads. */
    private static final int MOST_SPARE = 8;

    /** The one used last is first: it may still be in the processor's cache. */
    private final ArrayDeque<ByteBuffer> spare = new ArrayDeque<>();

    private int lent;

    private ReadMemory() {}

    static ReadMemory of(EventLoop loop) {
        return loop.attachment(ReadMemory.class, first -> new ReadMemory());
    }

    /** Returns an empty piece with room for n bytes, 1 to {@link #PIECE}; null if there is none. */
    @Nullable
    ByteBuffer lend(int n) {
        if (lent == MOST_PIECES) {
            return null;
        }
        lent++;
        ByteBuffer piece = spare.poll();
        return (piece == null ? ByteBuffer.allocateDirect(PIECE) : piece.clear()).limit(n);
    }

    /** Takes a piece back, which nobody reads or writes any more. */
    void giveBack(ByteBuffer piece) {
        lent--;
        if (spare.size() < MOST_SPARE) {
            spare.push(piece);
        }
    }
}
