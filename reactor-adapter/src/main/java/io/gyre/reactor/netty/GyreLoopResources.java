package io.gyre.reactor.netty;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import java.util.Objects;
import reactor.netty.resources.LoopResources;

/**
 * Event loops as the {@link LoopResources} of Reactor Netty: what is told to {@code runOn} them opens its channels on a
 * loop, and has all its callbacks there. That goes for servers, clients, connection pools, UDP, domain sockets, the
 * name resolver of a client, TLS and HTTP/2.
 *
 * <pre>{@code
 * LoopResources resources = GyreLoopResources.from(loop);
 * HttpServer.create().runOn(resources)...
 * HttpClient.create(ConnectionProvider.create("pool")).runOn(resources)...
 * }</pre>
 *
 * <p><b>Thread.</b> Resources may be made and used from any thread. Accepted connections of a group take its loops in
 * turn; a client that is subscribed to on a loop of the group connects on that loop, and from elsewhere on the next one.
 * Reactor treats the loops' threads as ones that must not block.
 *
 * <p><b>Transport.</b> That of the loop, whatever {@code preferNative} says, with one exception: a UDP server or client
 * with {@code preferNative} false, or with a protocol family, opens a channel of NIO, which only a loop on NIO takes.
 *
 * <p><b>Errors.</b> What Reactor Netty does not handle itself goes to the loop's error policy.
 *
 * <p><b>End.</b> Each open channel keeps its loop alive: also one that is idle in a pool, but not that of a name resolver.
 * Disposing of borrowed resources ({@link #from(EventLoop)}) does nothing to the loops; they count as disposed when the
 * loops have ended. Disposing of owned ones ({@link #owning(EventLoop)}) shuts the loops down.
 */
@SuppressWarnings("exports") // of a module that is optional here: who uses this requires it
public final class GyreLoopResources {

    private GyreLoopResources() {}

    /**
     * Borrows a loop. The loop need not run yet.
     *
     * @param loop where everything happens; goes on when the resources are disposed of
     * @return the same resources for the same loop, always
     */
    public static LoopResources from(EventLoop loop) {
        return Objects.requireNonNull(loop, "loop").attachment(BorrowedLoops.class, BorrowedLoops::new);
    }

    /**
     * Borrows the loops of a group.
     *
     * @param group where everything happens; goes on when the resources are disposed of
     * @return resources that equal others of the same group
     */
    public static LoopResources from(EventLoopGroup group) {
        return new BorrowedLoops(Objects.requireNonNull(group, "group"));
    }

    /**
     * Takes a loop over: {@code dispose} shuts it down gracefully. What is still open at the end of the quiet period is
     * closed.
     *
     * @param loop ends with the resources
     * @return new resources
     */
    public static LoopResources owning(EventLoop loop) {
        return new OwnedLoops(new BorrowedLoops(Objects.requireNonNull(loop, "loop")), loop::shutdown);
    }

    /**
     * Takes the loops of a group over: {@code dispose} shuts them down gracefully. What is still open at the end of the
     * quiet period is closed.
     *
     * @param group ends with the resources
     * @return new resources
     */
    public static LoopResources owning(EventLoopGroup group) {
        return new OwnedLoops(new BorrowedLoops(Objects.requireNonNull(group, "group")), group::shutdown);
    }
}
