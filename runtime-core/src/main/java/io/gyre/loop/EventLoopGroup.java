package io.gyre.loop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A fixed number of started loops, handed out in turn. From any thread.
 *
 * <p>Each loop is a world of its own: what was made on one is used on that one.
 */
public final class EventLoopGroup implements AutoCloseable {

    private final List<EventLoop> loops;
    private final AtomicInteger next = new AtomicInteger();

    private EventLoopGroup(List<EventLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /**
     * Starts a group of loops with the default options.
     *
     * @param size how many, 1 or more
     * @return the running group
     */
    public static EventLoopGroup start(int size) {
        return start(size, "gyre-group", EventLoop.builder());
    }

    /**
     * Starts a group of loops.
     *
     * @param size how many, 1 or more
     * @param name the loops are called name-1, name-2 and so on
     * @param options the options of each loop
     * @return the running group
     */
    public static EventLoopGroup start(int size, String name, EventLoopBuilder options) {
        if (size < 1) {
            throw new IllegalArgumentException("a group has at least one loop, not " + size);
        }
        List<EventLoop> loops = new ArrayList<>(size);
        try {
            for (int i = 1; i <= size; i++) {
                loops.add(options.name(name + "-" + i).build());
            }
            loops.forEach(EventLoop::start);
        } catch (RuntimeException | Error e) {
            loops.forEach(EventLoop::stop);
            throw e;
        }
        return new EventLoopGroup(loops);
    }

    /**
     * Returns the loops in turn.
     *
     * @return the next loop
     */
    public EventLoop next() {
        return loops.get(Integer.remainderUnsigned(next.getAndIncrement(), loops.size()));
    }

    /**
     * Returns all loops.
     *
     * @return an unmodifiable list
     */
    public List<EventLoop> loops() {
        return loops;
    }

    /**
     * Offers the group as an event loop group of Netty. Shutting it down shuts the loops down.
     *
     * @return Netty's view
     */
    public io.netty.channel.IoEventLoopGroup netty() {
        return new NettyEventLoopGroup(this);
    }

    /**
     * Ends all loops gracefully.
     *
     * @param deadline how long to wait
     * @return completes when all have ended; see {@link EventLoop#shutdown}
     */
    public CompletableFuture<Void> shutdown(Duration deadline) {
        return CompletableFuture.allOf(
                loops.stream().map(loop -> loop.shutdown(deadline)).toArray(CompletableFuture<?>[]::new));
    }

    /** Ends all loops at once and waits for their end. Not from a loop of this group. */
    @Override
    public void close() {
        if (loops.stream().anyMatch(EventLoop::inEventLoop)) {
            throw new IllegalStateException("a loop cannot wait for its own end; use shutdown(...)");
        }
        shutdown(Duration.ZERO).join();
    }
}
