package io.gyre.reactor.netty;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.gyre.reactor.LoopSchedulers;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.LoopResources;

/**
 * Loops that somebody else starts and ends. Reactor Netty finds the channel classes by asking the group which handles it
 * takes, so it is handed the core's own view, never a wrapper that hides it.
 */
final class BorrowedLoops implements LoopResources {

    /** A loop or a group: which one this is. */
    private final Object loops;

    private final List<EventLoop> all;
    private final io.netty.channel.EventLoopGroup servers;
    private final io.netty.channel.EventLoopGroup clients;

    BorrowedLoops(EventLoop loop) {
        this(loop, List.of(loop), loop.netty(), loop.netty());
    }

    BorrowedLoops(EventLoopGroup group) {
        // Two views: a connection to oneself takes a turn at either end, and with one view would never change its
        // loops.
        // A client stays on the loop that subscribes to it, and takes a pooled connection of that loop where one is
        // free.
        this(group, group.loops(), group.netty(), LoopResources.colocate(group.netty()));
    }

    private BorrowedLoops(
            Object loops,
            List<EventLoop> all,
            io.netty.channel.EventLoopGroup servers,
            io.netty.channel.EventLoopGroup clients) {
        LoopSchedulers.markLoopThreadsNonBlocking();
        this.loops = loops;
        this.all = all;
        this.servers = servers;
        this.clients = clients;
    }

    @Override
    public io.netty.channel.EventLoopGroup onServer(boolean useNative) {
        return servers;
    }

    @Override
    public io.netty.channel.EventLoopGroup onClient(boolean useNative) {
        return clients;
    }

    /** Reactor Netty registers the channels of clients through their {@code unsafe()}, past the loop. */
    @Override
    public <C extends Channel> C onChannel(Class<C> type, io.netty.channel.EventLoopGroup group) {
        C channel = LoopResources.super.onChannel(type, group);
        channel.pipeline().addLast(OnceRegistered.INSTANCE);
        return channel;
    }

    /** Nothing to do: the loops belong to somebody else, and other users of the same resources go on. */
    @Override
    public void dispose() {}

    @Override
    public boolean isDisposed() {
        return all.stream().allMatch(loop -> loop.termination().isDone());
    }

    /** Reactor Netty keeps one name resolver for equal resources: one for a loop or group, then. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof BorrowedLoops same && same.loops == loops;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(loops);
    }

    @Override
    public String toString() {
        return "resources of " + all;
    }

    /**
     * Introduces a channel to its loop once it is registered. By then Reactor Netty's initializer has run, and the loop's
     * own handler comes behind those of the user.
     */
    private static final class OnceRegistered extends ChannelInboundHandlerAdapter {

        static final OnceRegistered INSTANCE = new OnceRegistered();

        @Override
        public boolean isSharable() {
            return true;
        }

        @Override
        public void channelRegistered(ChannelHandlerContext ctx) {
            EventLoop loop = EventLoop.currentOrNull();
            if (loop != null) {
                loop.adopt(ctx.channel());
            }
            ctx.fireChannelRegistered();
            ctx.pipeline().remove(this);
        }
    }
}
