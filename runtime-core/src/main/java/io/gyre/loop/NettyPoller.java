package io.gyre.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.uring.IoUringIoHandler;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The poll phase on one of Netty's I/O handlers, which it drives directly.
 *
 * <p>Not through {@code ManualIoEventLoop}: that one's {@code execute} is final, runs its tasks in a batch and swallows
 * what they throw, so neither the drain after each callback nor the error policy could hold for tasks of Netty's own.
 */
final class NettyPoller implements Poller, IoHandlerContext {

    /** A ring that has settled has nothing to do in two rounds: one may only take what an interruption left. */
    private static final int IDLE_TO_SETTLE = 2;

    private static final int MOST_TO_SETTLE = 64;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final EventLoop loop;
    private final Context context;
    private final NettyEventLoop nettyLoop;
    private final IoHandler handler;
    private final String name;
    private final @Nullable CustomTransport customTransport;
    private final boolean waitsInMillis;
    private final ArrayDeque<Runnable> beforePoll = new ArrayDeque<>(4);
    private final ArrayDeque<Runnable> collected = new ArrayDeque<>(4);
    private boolean initialized;
    private boolean closed;

    /** Of the poll that is under way. */
    private boolean mayBlock;

    private long deadline;

    NettyPoller(Context context, Transport transport) {
        this.loop = context.loop();
        this.context = context;
        this.nettyLoop = new NettyEventLoop(loop, this);
        this.handler = transport.newHandlerFactory().newHandler(nettyLoop);
        this.name = transport.name().toLowerCase(Locale.ROOT);
        this.customTransport = null;
        this.waitsInMillis = transport == Transport.NIO;
    }

    NettyPoller(Context context, CustomTransport transport) {
        this.loop = context.loop();
        this.context = context;
        this.nettyLoop = new NettyEventLoop(loop, this);
        this.handler = transport.newHandler(nettyLoop, context);
        this.name = handler.toString();
        this.customTransport = transport;
        this.waitsInMillis = false;
    }

    @Nullable
    CustomTransport customTransport() {
        return customTransport;
    }

    NettyEventLoop nettyLoop() {
        return nettyLoop;
    }

    @Override
    public int poll(long timeoutNanos) {
        initialize();
        while (!beforePoll.isEmpty()) {
            beforePoll.remove().run();
        }
        long timeout = nettyLoop.earlierOf(timeoutNanos);
        mayBlock = timeout != 0;
        if (mayBlock) {
            deadline = timeout < 0 ? -1 : noNegativeOne(loop.ticker().nanoTime() + timeout);
        }
        int events = handler.run(this);
        mayBlock = false;
        for (int left = collected.size(); left > 0; left--) {
            collected.remove().run();
        }
        return events + nettyLoop.runDueTasks();
    }

    /**
     * Runs a piece of bookkeeping at the start of the next poll. One poll of a ring takes completions in rounds, so what
     * is armed within it would be delivered within it.
     */
    void beforeNextPoll(Runnable action) {
        beforePoll.add(action);
    }

    /**
     * Delivers an event once the transport has collected all events of this poll, as libuv does: what the callbacks cause
     * waits for the next poll.
     */
    void onceCollected(Runnable delivery) {
        collected.add(delivery);
    }

    /** -1 means "no deadline" to Netty; a deadline that happens to be -1 is moved by a nanosecond. */
    private static long noNegativeOne(long nanoTime) {
        return nanoTime == -1 ? 0 : nanoTime;
    }

    /** Opens the transport's descriptors for the thread that polls: a ring belongs to the thread that enables it. */
    private void initialize() {
        if (!initialized) {
            initialized = true;
            handler.initialize();
        }
    }

    @Override
    public boolean canBlock() {
        return mayBlock && context.mayBlock();
    }

    /**
     * A selector waits for whole milliseconds. Netty rounds to the nearest, so that it returns up to half of one too early,
     * and the loop would turn without a pause until the deadline; rounded up, as libuv does, it sleeps until then.
     */
    @Override
    public long delayNanos(long currentTimeNanos) {
        if (!mayBlock) {
            return 0;
        }
        if (deadline == -1) {
            return Long.MAX_VALUE;
        }
        long delay = Math.max(0, deadline - currentTimeNanos);
        return waitsInMillis && delay < Long.MAX_VALUE - NANOS_PER_MILLI
                ? (delay + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI * NANOS_PER_MILLI
                : delay;
    }

    @Override
    public long deadlineNanos() {
        return mayBlock ? deadline : -1;
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    IoRegistration register(IoHandle handle) throws Exception {
        if (closed) {
            throw new IllegalStateException("event loop '" + loop.name() + "' has ended");
        }
        TrackedHandle tracked = TrackedHandle.track(loop, handle);
        return tracked.registeredAs(handler.register(tracked));
    }

    /** Registers a handle that runs its callbacks through the loop by itself. */
    IoRegistration registerUntracked(IoHandle handle) throws Exception {
        initialize();
        return handler.register(handle);
    }

    boolean isCompatible(Class<? extends IoHandle> handleType) {
        return handler.isCompatible(handleType);
    }

    boolean isIoType(Class<? extends IoHandler> handlerType) {
        return handler.getClass().equals(handlerType);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        initialize();
        try {
            nettyLoop.beginShutdown();
            handler.prepareToDestroy();
            settle();
        } finally {
            handler.destroy();
            nettyLoop.terminated();
        }
    }

    /**
     * Lets the transport and the channels finish what they began, as Netty's own loops do between the two halves of
     * closing: what ends with one round may post what the next one needs.
     *
     * <p>A ring always has a read of its wake-up descriptor under way. Netty cancels it and frees its buffer without
     * seeing its end: the wait behind it is refused by newer kernels (a link timeout behind a drain, EINVAL), and the
     * kernel writes into freed memory later. With a wake-up that is still to be read Netty waits for the read instead.
     */
    private void settle() {
        loop.lifecycle.runLeftovers();
        if (customTransport == null) {
            int idle = 0;
            for (int i = 0; idle < IDLE_TO_SETTLE && i < MOST_TO_SETTLE; i++) {
                idle = handler.run(this) == 0 ? idle + 1 : 0;
                loop.lifecycle.runLeftovers();
            }
        }
        if (handler instanceof IoUringIoHandler) {
            nettyLoop.asAnotherThread(handler::wakeup);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
