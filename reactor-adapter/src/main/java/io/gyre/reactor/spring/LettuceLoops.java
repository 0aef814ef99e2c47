package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.loop.EventLoopGroup;
import io.lettuce.core.resource.EventLoopGroupProvider;
import io.lettuce.core.resource.Transports;
import io.netty.channel.Channel;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandle;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringSocketChannel;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The loops as Lettuce is given them. It may release and shut down what it was given; the loops go on.
 *
 * <p>Lettuce chooses the class of its channels by what is on the class path and not by the group that it is given, so
 * its switches are set to the loops' transport first.
 */
final class LettuceLoops implements EventLoopGroupProvider {

    private static final String SWITCH = "io.lettuce.core.";

    private final IoEventLoopGroup netty;
    private final int size;

    LettuceLoops(ApplicationLoops loops) {
        EventLoopGroup group = loops.group;
        EventLoop first = loops.all().get(0);
        netty = group == null || loops.all().size() == 1 ? first.netty() : group.netty();
        size = loops.all().size();
        agreeOnTransport(first.netty());
    }

    IoEventLoopGroup netty() {
        return netty;
    }

    private static void agreeOnTransport(IoEventLoopGroup loop) {
        Class<? extends Channel> ours = channelOf(loop);
        prefer("epoll", ours == EpollSocketChannel.class);
        prefer("kqueue", ours == KQueueSocketChannel.class);
        prefer("iouring", ours == IoUringSocketChannel.class);
        Class<? extends Channel> theirs = Transports.socketChannelClass();
        if (theirs != ours) {
            throw new IllegalStateException("Lettuce opens " + theirs.getSimpleName() + "s, but " + loop + " takes "
                    + ours.getSimpleName() + "s; set the system properties " + SWITCH + "epoll, " + SWITCH
                    + "kqueue and "
                    + SWITCH + "iouring to match gyre.transport");
        }
    }

    private static Class<? extends Channel> channelOf(IoEventLoopGroup loop) {
        if (loop.isCompatible(EpollIoHandle.class)) {
            return EpollSocketChannel.class;
        }
        if (loop.isCompatible(IoUringIoHandle.class)) {
            return IoUringSocketChannel.class;
        }
        return loop.isCompatible(KQueueIoHandle.class) ? KQueueSocketChannel.class : NioSocketChannel.class;
    }

    /** Lettuce reads its switches once, when it first looks for a transport. What the user has set stays. */
    private static void prefer(String transport, boolean wanted) {
        if (!wanted && System.getProperty(SWITCH + transport) == null) {
            System.setProperty(SWITCH + transport, "false");
        }
    }

    /** Lettuce asks for the class of group that Netty has for the transport, and keeps what it gets as a plain group. */
    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as Lettuce declares it
    public <T extends io.netty.channel.EventLoopGroup> T allocate(Class<T> type) {
        return (T) netty;
    }

    @Override
    public int threadPoolSize() {
        return size;
    }

    @Override
    public Future<Boolean> release(EventExecutorGroup group, long quietPeriod, long timeout, TimeUnit unit) {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }

    @Override
    public Future<Boolean> shutdown(long quietPeriod, long timeout, TimeUnit unit) {
        return ImmediateEventExecutor.INSTANCE.newSucceededFuture(true);
    }
}
