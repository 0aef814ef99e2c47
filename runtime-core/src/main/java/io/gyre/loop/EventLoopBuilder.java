package io.gyre.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The options of a loop. Not thread-safe; may be used for more than one loop. */
public final class EventLoopBuilder {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);
    private static final AtomicInteger NEXT_NUMBER = new AtomicInteger(1);
    private static final String TRANSPORT_PROPERTY = "gyre.transport";

    private @Nullable String name;
    private @Nullable Transport transport;
    private Poller.@Nullable Factory pollerFactory;
    private @Nullable CustomTransport customTransport;
    private final List<ContextCarrier<?>> carried = new ArrayList<>();
    boolean daemon;
    Ticker ticker = Ticker.system();
    Duration pollInterval = Duration.ofNanos(20_000);
    Duration batchedFlushes = Duration.ZERO;
    UncaughtErrors uncaughtErrors = UncaughtErrors.EXIT;
    UnhandledRejections unhandledRejections = UnhandledRejections.THROW;

    EventLoopBuilder() {}

    /**
     * Names the loop and its thread; {@code gyre-loop-N} by default.
     *
     * @param value the name
     * @return this
     */
    public EventLoopBuilder name(String value) {
        name = Objects.requireNonNull(value, "name");
        return this;
    }

    /**
     * Makes the thread of {@link EventLoop#start} a daemon thread; it is not by default.
     *
     * @param value whether the JVM may end while the loop runs
     * @return this
     */
    public EventLoopBuilder daemon(boolean value) {
        daemon = value;
        return this;
    }

    /**
     * Chooses the transport. By default the system property {@code gyre.transport} does, else
     * {@link Transport#preferred}.
     *
     * @param value which one
     * @return this
     */
    public EventLoopBuilder transport(Transport value) {
        transport = Objects.requireNonNull(value, "transport");
        return this;
    }

    /**
     * Sets a transport that is none of {@link Transport}'s.
     *
     * @param value what the loop waits for I/O with
     * @return this
     */
    public EventLoopBuilder transport(CustomTransport value) {
        customTransport = Objects.requireNonNull(value, "transport");
        return this;
    }

    /**
     * Replaces the clock, for tests.
     *
     * @param value what the loop reads
     * @return this
     */
    public EventLoopBuilder ticker(Ticker value) {
        ticker = Objects.requireNonNull(value, "ticker");
        return this;
    }

    /**
     * Replaces the poll phase's way to wait, for tests.
     *
     * @param value makes the loop's poller
     * @return this
     */
    public EventLoopBuilder poller(Poller.Factory value) {
        pollerFactory = Objects.requireNonNull(value, "poller");
        return this;
    }

    /**
     * Sets how old a poll may be before a long chain of immediates or posts polls again; 20 microseconds by default, zero to
     * poll in each turn. Only turns that ran nothing but those, many in a row, ever go without a poll. Up to sixteen short
     * ones share a look at the clock, so that the poll may be so many turns late.
     *
     * @param value the longest time between two polls
     * @return this
     */
    public EventLoopBuilder pollInterval(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("pollInterval is negative: " + value);
        }
        pollInterval = value;
        return this;
    }

    /**
     * Lets what Netty's stream channels flush in a poll phase wait for the end of that phase, and sends it together. That costs
     * a busy server less: whoever reads the answers is woken once for many. While several wait and no other phase has
     * anything to do, the phase goes on with what has come meanwhile. Data leaves later than its callback ends, by
     * no more than this time and one callback. A channel that closes sends what it has; one that shuts its output down
     * must wait for its writes before. Zero, the default, sends at once.
     *
     * @param atMost how long data may wait while there are further events to handle
     * @return this
     */
    public EventLoopBuilder batchFlushes(Duration atMost) {
        if (atMost.isNegative()) {
            throw new IllegalArgumentException("batchFlushes is negative: " + atMost);
        }
        batchedFlushes = atMost;
        return this;
    }

    /**
     * Chooses what an uncaught error does when no handler is set.
     *
     * @param value to exit (the default) or to log
     * @return this
     */
    public EventLoopBuilder uncaughtErrors(UncaughtErrors value) {
        uncaughtErrors = Objects.requireNonNull(value, "uncaughtErrors");
        return this;
    }

    /**
     * Chooses what an unhandled rejection does.
     *
     * @param value to throw (the default), to warn, or nothing
     * @return this
     */
    public EventLoopBuilder unhandledRejections(UnhandledRejections value) {
        unhandledRejections = Objects.requireNonNull(value, "unhandledRejections");
        return this;
    }

    /**
     * Lets the loop carry values that other libraries keep with the thread, such as a logging or a tracing context: what
     * is on the thread where a callback is scheduled is on it again where the callback runs, and nothing is left for
     * the next callback. Posts and jobs of the worker pool take the values along, from and to other threads. A loop
     * carries nothing by default, and then pays nothing.
     *
     * @param carriers what to carry, in addition to what was given before
     * @return this
     */
    public EventLoopBuilder carry(ContextCarrier<?>... carriers) {
        carried.addAll(List.of(carriers));
        return this;
    }

    /**
     * Makes the loop. It belongs to the calling thread until it runs.
     *
     * @return a loop that has not run
     * @throws IllegalStateException if the chosen transport does not work on this machine
     */
    public EventLoop build() {
        return new EventLoop(this);
    }

    @Nullable
    CarriedContext carriedContext() {
        return carried.isEmpty() ? null : new CarriedContext(carried);
    }

    String name() {
        String chosen = name;
        return chosen == null ? "gyre-loop-" + NEXT_NUMBER.getAndIncrement() : chosen;
    }

    Poller newPoller(Poller.Context context) {
        Poller.Factory chosen = pollerFactory;
        if (chosen != null) {
            return chosen.create(context);
        }
        CustomTransport own = customTransport;
        return own == null ? new NettyPoller(context, chooseTransport()) : new NettyPoller(context, own);
    }

    private Transport chooseTransport() {
        Transport chosen = transport;
        if (chosen != null) {
            return chosen.orThrow();
        }
        String asked = System.getProperty(TRANSPORT_PROPERTY, "").trim();
        if (!asked.isEmpty()) {
            return byName(asked).orThrow();
        }
        Transport preferred = Transport.preferred();
        LOG.debug("transport {} chosen", preferred);
        return preferred;
    }

    private static Transport byName(String asked) {
        try {
            return Transport.valueOf(asked.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException(
                    "system property " + TRANSPORT_PROPERTY + " names no transport: '" + asked
                            + "'; known are epoll, io_uring, kqueue, nio",
                    unknown);
        }
    }
}
