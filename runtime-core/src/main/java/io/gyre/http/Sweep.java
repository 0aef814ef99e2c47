package io.gyre.http;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Looks at all connections of a server from time to time, instead of a timer for each. It keeps a coarse clock, so
 * that a request costs no reading of the real one, and runs only while there are connections.
 */
final class Sweep {

    private static final long LONGEST_PERIOD_MILLIS = 1000;
    private static final long SHORTEST_PERIOD_MILLIS = 10;

    private final EventLoop loop;
    private final Runnable look;
    private final long periodMillis;
    private @Nullable Timer timer;

    /** In milliseconds, up to a period behind. */
    private long now;

    Sweep(EventLoop loop, long shortestTimeoutMillis, Runnable look) {
        this.loop = loop;
        this.look = look;
        this.periodMillis =
                Math.max(SHORTEST_PERIOD_MILLIS, Math.min(LONGEST_PERIOD_MILLIS, shortestTimeoutMillis / 4));
    }

    void start() {
        if (timer == null) {
            now = loop.ticker().nanoTime() / 1_000_000;
            timer = loop.setInterval(this::tick, periodMillis).unref();
        }
    }

    void stop() {
        Timer running = timer;
        if (running != null) {
            timer = null;
            running.clear();
        }
    }

    private void tick() {
        now = loop.ticker().nanoTime() / 1_000_000;
        look.run();
    }

    long now() {
        return now;
    }

    /** Whether a time has surely passed: the start may have been noted up to a period too early. */
    boolean isOver(long since, long timeoutMillis) {
        return now - since > timeoutMillis + periodMillis;
    }
}
