package io.gyre.loop;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Watches a descriptor that something else owns, and calls back in the poll phase while it is ready (libuv's
 * {@code uv_poll_t}). For libraries that do their own reading and writing.
 *
 * <p>Level-triggered: the callback comes once in each poll for as long as the descriptor stays ready. Confined to the
 * loop's thread. Closing the watch leaves the descriptor open; close the watch before the descriptor.
 */
public final class Poll extends Handle {

    /** What a descriptor can be ready for. */
    public enum Event {
        /** Data, a connection to accept, the end of the stream or an error can be read. */
        READABLE,
        /** Writing, or a connect, can go on. */
        WRITABLE
    }

    private final String description;
    private final ContextFrame frame;
    private final PollSource source;
    private @Nullable Consumer<Set<Event>> callback;

    Poll(EventLoop loop, NettyPoller poller, PollSource source, String description) {
        super(loop, "Poll");
        this.description = description;
        this.frame = loop.captureFrame();
        this.source = source;
        source.open(this, poller);
    }

    /**
     * Starts to watch, or changes what is watched.
     *
     * @param events what to wait for; not empty
     * @param onReady given what the descriptor is ready for, a subset of the events; an error counts as all of them
     * @return this
     * @throws IllegalStateException if this watch is closed
     */
    public Poll start(Set<Event> events, Consumer<Set<Event>> onReady) {
        loop().checkThread("Poll.start");
        if (events.isEmpty()) {
            throw new IllegalArgumentException("no events to watch for");
        }
        Objects.requireNonNull(onReady, "onReady");
        activate();
        callback = onReady;
        source.watch(EnumSet.copyOf(events));
        return this;
    }

    /** Stops to watch; it may be started again. Does nothing if it is not started. */
    public void stop() {
        loop().checkThread("Poll.stop");
        if (isActive()) {
            deactivate();
            callback = null;
            source.watch(EnumSet.noneOf(Event.class));
        }
    }

    @Override
    public Poll ref() {
        super.ref();
        return this;
    }

    @Override
    public Poll unref() {
        super.unref();
        return this;
    }

    /** Calls back, from the transport. */
    void ready(Set<Event> events) {
        Consumer<Set<Event>> onReady = callback;
        if (onReady == null || events.isEmpty() || loop().halted()) {
            return;
        }
        frame.run(loop(), () -> makeCallback(() -> onReady.accept(events)));
    }

    /** Reports that the transport could not watch the descriptor. */
    void failed(Exception why) {
        loop().raise(new IllegalStateException("cannot watch " + description, why));
    }

    @Override
    protected void onClose() {
        callback = null;
        source.close();
    }

    @Override
    protected String describe() {
        return description;
    }
}
