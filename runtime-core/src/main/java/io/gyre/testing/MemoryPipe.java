package io.gyre.testing;

import io.gyre.buffer.Buffer;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** One direction of a connection: bytes that are on their way, and those that have arrived and are unread. */
final class MemoryPipe {

    private final MemoryConnection connection;
    private final ArrayDeque<Buffer> arrived = new ArrayDeque<>();

    /** Bytes that were written and not read yet. */
    private int held;

    private boolean ended;
    private boolean endArrived;
    private boolean readerClosed;
    private boolean writerWaits;

    private @Nullable MemoryEnd reader;
    private @Nullable MemoryEnd writer;

    MemoryPipe(MemoryConnection connection) {
        this.connection = connection;
    }

    void join(MemoryEnd writingEnd, MemoryEnd readingEnd) {
        writer = writingEnd;
        reader = readingEnd;
    }

    /** How many bytes may be written now. If there is no room, the writer is told when there is. */
    int room() {
        int room = connection.network().capacity() - held;
        writerWaits = room <= 0;
        return Math.max(0, room);
    }

    /** Takes as much as there is room for, and says how much that was. */
    int write(ByteBuf source) {
        int taken = Math.min(room(), source.readableBytes());
        writerWaits = source.readableBytes() > taken;
        int left = taken;
        while (left > 0) {
            byte[] piece = new byte[Math.min(left, connection.network().chunkSize())];
            source.readBytes(piece);
            left -= piece.length;
            held += piece.length;
            connection.send(this, () -> arrive(Buffer.wrap(piece)));
        }
        return taken;
    }

    private void arrive(Buffer piece) {
        if (readerClosed) {
            connection.refuse(this);
            return;
        }
        arrived.add(piece);
        tellReader();
    }

    /** Nothing more will be written. */
    void end() {
        if (!ended) {
            ended = true;
            connection.send(this, () -> {
                endArrived = true;
                tellReader();
            });
        }
    }

    private void tellReader() {
        MemoryEnd end = reader;
        if (end != null && !readerClosed) {
            end.readable();
        }
    }

    boolean hasArrived() {
        return !arrived.isEmpty() || endArrived;
    }

    /** Whether all was read and the writer has ended. */
    boolean isAtEnd() {
        return endArrived && arrived.isEmpty();
    }

    /** Takes one piece of what has arrived, or as much of it as is wanted. */
    @Nullable
    Buffer read(int most) {
        Buffer piece = arrived.poll();
        if (piece == null) {
            return null;
        }
        Buffer taken = piece;
        if (piece.length() > most) {
            taken = piece.slice(0, most);
            arrived.addFirst(piece.slice(most));
        }
        held -= taken.length();
        MemoryEnd end = writer;
        if (writerWaits && end != null) {
            writerWaits = false;
            connection.network().deliver(0, end::writable);
        }
        return taken;
    }

    /** Nobody reads any more. Returns whether something was left unread. */
    boolean closeReader() {
        readerClosed = true;
        boolean unread = !arrived.isEmpty();
        arrived.clear();
        return unread;
    }
}
