package io.gyre.benchmarks;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Netty's event loop group of one thread, on the transport that the loop takes by default. */
final class NettyContestant implements Contestant {

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, transport());
    final EventLoop loop = group.next();

    private static IoHandlerFactory transport() {
        return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    @Override
    public Runnable post(Runnable task) {
        return () -> loop.execute(task);
    }

    @Override
    public Chain chain() {
        return new Chain() {
            @Override
            void begin() {
                loop.execute(this);
            }

            @Override
            void next() {
                loop.execute(this);
            }
        };
    }

    @Override
    public Object setTimer(Runnable task, long delayMillis) {
        return loop.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
    }

    @Override
    public void clearTimer(Object timer) {
        ((Future<?>) timer).cancel(false);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
