package io.gyre.http;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** How long a connection has waited for its client, and whether that is too long. Times are {@link Sweep#now}. */
final class Patience {

    private final HttpServerBuilder limits;
    private final Sweep sweep;

    /** Null where the server does not care. */
    private final @Nullable Inactivity inactivity;

    /** When the present state began. */
    private long since;

    /** Whether part of a head has arrived. */
    private boolean headBegun;

    private boolean served;

    Patience(HttpServer server, Channel channel) {
        this.limits = server.options;
        this.sweep = server.sweep;
        this.inactivity = limits.timeoutMillis == 0 ? null : new Inactivity(channel, sweep);
    }

    // ---- what happens

    /** The connection opens, a body or a response ends, or the client's end is all that is waited for. */
    void beginAgain() {
        since = sweep.now();
    }

    void partOfHead() {
        if (!headBegun) {
            headBegun = true;
            since = sweep.now();
        }
    }

    void head() {
        if (!headBegun) {
            since = sweep.now();
        }
        headBegun = false;
        served = true;
    }

    boolean isWithinHead() {
        return headBegun;
    }

    void received() {
        Inactivity watch = inactivity;
        if (watch != null) {
            watch.received();
        }
    }

    void written() {
        Inactivity watch = inactivity;
        if (watch != null) {
            watch.written();
        }
    }

    // ---- what is too long

    boolean isInactive() {
        Inactivity watch = inactivity;
        return watch != null && watch.isOver(sweep, limits.timeoutMillis);
    }

    boolean isRequestLate() {
        return sweep.isOver(since, limits.requestTimeoutMillis);
    }

    boolean isHeadLate() {
        return sweep.isOver(since, limits.headersTimeoutMillis);
    }

    /** Whether the next request, or the first one, has not begun. */
    boolean isIdleTooLong() {
        return served ? isCloseLate() : isHeadLate();
    }

    /** Whether the client does not close, though it was told that the connection ends. */
    boolean isCloseLate() {
        return sweep.isOver(since, limits.keepAliveTimeoutMillis);
    }
}
