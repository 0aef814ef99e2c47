package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The loops of an application, whether it has a group of them or a single one that the user made. From any thread; the
 * loops end with the bean that made them, not with this.
 */
final class ApplicationLoops {

    /** Null where the user made a single loop. */
    final @Nullable EventLoopGroup group;

    private final List<EventLoop> loops;
    private final AtomicInteger next = new AtomicInteger();

    ApplicationLoops(EventLoopGroup group) {
        this.group = group;
        loops = group.loops();
    }

    ApplicationLoops(EventLoop loop) {
        group = null;
        loops = List.of(loop);
    }

    /** All of them, at least one. */
    List<EventLoop> all() {
        return loops;
    }

    /** The loop to put new work on: the one that the caller is on, else the next in turn. */
    EventLoop choose() {
        EventLoop here = currentOrNull();
        return here != null ? here : loops.get(Integer.remainderUnsigned(next.getAndIncrement(), loops.size()));
    }

    /** The loop of this application that the calling thread runs, if any. */
    @Nullable
    EventLoop currentOrNull() {
        EventLoop here = EventLoop.currentOrNull();
        return here != null && loops.contains(here) ? here : null;
    }

    @Override
    public String toString() {
        return loops.toString();
    }
}
