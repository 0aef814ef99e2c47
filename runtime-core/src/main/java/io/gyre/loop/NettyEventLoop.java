package io.gyre.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The loop as Netty sees it: a full {@code IoEventLoop}, so that channels, codecs, resolvers and drivers that were
 * written for Netty live on the loop's thread.
 *
 * <p>A task given to {@link #execute} is a post to the loop: it runs in the poll phase, in order with all other posts,
 * ticks and microtasks drain after it, and what it throws reaches the loop's error policy. Scheduled tasks read the
 * loop's ticker and run in the poll phase too. Shutting this view down closes the loop gracefully.
 */
final class NettyEventLoop extends AbstractScheduledEventExecutor implements IoEventLoop {

    private static final String OF_NAME_RESOLVER = "io.netty.resolver.dns.pipeline";

    private final EventLoop loop;
    private final NettyPoller poller;
    private final io.netty.util.concurrent.Ticker ticker;
    private final Promise<?> termination = new DefaultPromise<Void>(GlobalEventExecutor.INSTANCE);
    private boolean asAnotherThread;
    private volatile boolean shuttingDown;
    private volatile boolean terminated;

    NettyEventLoop(EventLoop loop, NettyPoller poller) {
        this.loop = loop;
        this.poller = poller;
        this.ticker = new LoopTicker(loop.ticker());
    }

    @Override
    public io.netty.util.concurrent.Ticker ticker() {
        return ticker;
    }

    @Override
    public @Nullable IoEventLoopGroup parent() {
        return null;
    }

    @Override
    public IoEventLoop next() {
        return this;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return loop.isOwner(thread);
    }

    /** Asked by Netty's I/O handlers only. */
    @Override
    public boolean isExecutorThread(Thread thread) {
        return !asAnotherThread && inEventLoop(thread);
    }

    /** Runs something on the loop's thread that an I/O handler takes for a call from elsewhere. */
    void asAnotherThread(Runnable call) {
        asAnotherThread = true;
        try {
            call.run();
        } finally {
            asAnotherThread = false;
        }
    }

    @Override
    public void execute(Runnable task) {
        loop.execute(task);
    }

    @Override
    public Future<IoRegistration> register(IoHandle handle) {
        Promise<IoRegistration> promise = newPromise();
        if (inEventLoop()) {
            register(handle, promise);
        } else {
            execute(() -> register(handle, promise));
        }
        return promise;
    }

    private void register(IoHandle handle, Promise<IoRegistration> promise) {
        try {
            promise.setSuccess(poller.register(handle));
        } catch (Exception e) {
            promise.setFailure(e);
        }
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel) {
        return register(new DefaultChannelPromise(channel, this));
    }

    @Override
    @Deprecated
    public ChannelFuture register(ChannelPromise promise) {
        return register(promise.channel(), promise);
    }

    @Override
    @Deprecated
    public ChannelFuture register(Channel channel, ChannelPromise promise) {
        promise.addListener(registered -> {
            if (registered.isSuccess()) {
                loop.adopt(channel);
                if (channel instanceof DatagramChannel && isOfNameResolver(channel)) {
                    loop.handleOf(channel).unref();
                }
            }
        });
        channel.unsafe().register(this, promise);
        return promise;
    }

    /**
     * Netty's resolver marks the channel that it keeps open for as long as its executor lives. A question under way has a
     * timeout, and that keeps the loop alive. The resolver makes the key and must be the first to: ask whether there is
     * one.
     */
    private static boolean isOfNameResolver(Channel channel) {
        return AttributeKey.exists(OF_NAME_RESOLVER) && channel.hasAttr(AttributeKey.valueOf(OF_NAME_RESOLVER));
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
        return poller.isCompatible(handleType);
    }

    @Override
    public boolean isIoType(Class<? extends IoHandler> handlerType) {
        return poller.isIoType(handlerType);
    }

    /** Shortens a poll timeout (0 none, -1 for ever) to the first scheduled task. */
    long earlierOf(long timeoutNanos) {
        long deadline = nextScheduledTaskDeadlineNanos();
        if (deadline == -1 || timeoutNanos == 0) {
            return timeoutNanos;
        }
        long left = Math.max(0, deadline - ticker.nanoTime());
        return timeoutNanos < 0 ? left : Math.min(left, timeoutNanos);
    }

    /** Runs the scheduled tasks that are due now; those that they schedule wait for the next turn. */
    int runDueTasks() {
        if (!hasScheduled()) {
            return 0;
        }
        long now = ticker.nanoTime();
        int ran = 0;
        Runnable task;
        while (!loop.halted() && (task = pollScheduledTask(now)) != null) {
            loop.makeCallback(task);
            ran++;
        }
        return ran;
    }

    boolean hasScheduled() {
        return nextScheduledTaskDeadlineNanos() != -1;
    }

    /** Refuses channels from here on and cancels what is scheduled. */
    void beginShutdown() {
        shuttingDown = true;
        cancelScheduledTasks();
    }

    void terminated() {
        terminated = true;
        termination.setSuccess(null);
    }

    @Override
    public boolean isShuttingDown() {
        return shuttingDown;
    }

    @Override
    public boolean isShutdown() {
        return terminated;
    }

    @Override
    public boolean isTerminated() {
        return terminated;
    }

    @Override
    public Future<?> terminationFuture() {
        return termination;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        return termination.await(timeout, unit);
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        loop.shutdown(java.time.Duration.of(timeout, unit.toChronoUnit()));
        return termination;
    }

    @Override
    @Deprecated
    public void shutdown() {
        loop.shutdown(java.time.Duration.ZERO);
    }

    @Override
    public String toString() {
        return "netty view of " + loop;
    }

    /** The loop's clock in Netty's type. */
    private record LoopTicker(Ticker loopTicker) implements io.netty.util.concurrent.Ticker {

        @Override
        public long initialNanoTime() {
            return 0;
        }

        @Override
        public long nanoTime() {
            return loopTicker.nanoTime();
        }

        @Override
        public void sleep(long delay, TimeUnit unit) {
            throw new RejectedExecutionException("an event loop never sleeps; schedule a task instead");
        }
    }
}
