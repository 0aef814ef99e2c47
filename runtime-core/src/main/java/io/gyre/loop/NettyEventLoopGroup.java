package io.gyre.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A group of loops as Netty sees it. Each view takes the loops in a turn of its own, so that two do not fall into step. */
final class NettyEventLoopGroup extends AbstractEventExecutorGroup implements IoEventLoopGroup {

    private final EventLoopGroup group;
    private final List<IoEventLoop> views;
    private final AtomicInteger next = new AtomicInteger();
    private final Promise<Void> termination = new DefaultPromise<>(GlobalEventExecutor.INSTANCE);

    NettyEventLoopGroup(EventLoopGroup group) {
        this.group = group;
        this.views = group.loops().stream().map(EventLoop::netty).toList();
        group.loops().stream()
                .map(EventLoop::termination)
                .reduce((a, b) -> a.thenCombine(b, Integer::sum))
                .orElseThrow()
                .thenRun(() -> termination.trySuccess(null));
    }

    @Override
    public IoEventLoop next() {
        return views.get(Integer.remainderUnsigned(next.getAndIncrement(), views.size()));
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        return next().register(channel, promise);
    }

    @Override
    public Iterator<EventExecutor> iterator() {
        return List.<EventExecutor>copyOf(views).iterator();
    }

    @Override
    public boolean isShuttingDown() {
        return views.stream().allMatch(IoEventLoop::isShuttingDown);
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        group.shutdown(Duration.of(timeout, unit.toChronoUnit()));
        return termination;
    }

    @Override
    public Future<?> terminationFuture() {
        return termination;
    }

    @Override
    @Deprecated
    public void shutdown() {
        group.shutdown(Duration.ZERO);
    }

    @Override
    public boolean isShutdown() {
        return views.stream().allMatch(IoEventLoop::isShutdown);
    }

    @Override
    public boolean isTerminated() {
        return views.stream().allMatch(IoEventLoop::isTerminated);
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return termination.await(timeout, unit);
    }
}
