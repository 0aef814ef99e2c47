package io.gyre.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Notices a connection on which nothing moves: nothing comes from the client, and it takes nothing of what waits to be
 * sent. What the program writes counts only while nothing waits, so that one which ignores a client that has stopped to
 * read does not keep its connection open.
 */
final class Inactivity {

    private final Channel channel;
    private boolean received;
    private boolean written;

    // What waited to be sent at the last look. The first piece is only compared.
    private @Nullable Object first;
    private long firstSent;
    private long waiting;

    private long since;

    Inactivity(Channel channel, Sweep sweep) {
        this.channel = channel;
        this.since = sweep.now();
    }

    void received() {
        received = true;
    }

    void written() {
        written = true;
    }

    /** Looks whether something has moved since the last look, or else whether nothing has for too long. */
    boolean isOver(Sweep sweep, long timeoutMillis) {
        if (hasMoved()) {
            since = sweep.now();
        }
        return sweep.isOver(since, timeoutMillis);
    }

    private boolean hasMoved() {
        boolean sent = hasSent();
        boolean moved = received || sent;
        received = false;
        written = false;
        return moved;
    }

    private boolean hasSent() {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        long size = unsent == null ? 0 : unsent.totalPendingWriteBytes();
        Object piece = unsent == null ? null : unsent.current();
        long pieceSent = unsent == null ? 0 : unsent.currentProgress();
        boolean moved = size < waiting || piece != first || pieceSent != firstSent || (size == 0 && written);
        waiting = size;
        first = piece;
        firstSent = pieceSent;
        return moved;
    }
}
