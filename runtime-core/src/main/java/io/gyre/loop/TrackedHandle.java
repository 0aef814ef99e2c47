package io.gyre.loop;

import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.kqueue.KQueueIoHandle;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.uring.IoUringIoHandle;
import java.net.SocketAddress;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a handle that was registered with the transport, so that each of its I/O callbacks is a callback of
 * the loop: errors reach the error policy, ticks and microtasks drain after it, and the loop knows that it is open.
 */
@SuppressWarnings("try") // IoHandle.close() declares Exception, and so must we
abstract class TrackedHandle implements IoHandle {

    private final EventLoop loop;
    final IoHandle delegate;
    private final ContextFrame frame;
    private final Registered liveness;

    private TrackedHandle(EventLoop loop, IoHandle delegate) {
        this.loop = loop;
        this.delegate = delegate;
        this.frame = loop.captureFrame();
        this.liveness = new Registered(loop, this);
    }

    /** The loop's record of a channel; null if it is not registered there. */
    static @Nullable Handle of(Channel channel, Liveness liveness) {
        Object io = channel.unsafe();
        for (Handle h = liveness.firstHandle(); h != null; h = h.nextActive) {
            if (h instanceof Registered r && r.io.delegate == io) {
                return h;
            }
        }
        return null;
    }

    /** Wraps a handle in the kind of wrapper that its transport's handler takes. */
    static TrackedHandle track(EventLoop loop, IoHandle handle) {
        if (handle instanceof EpollIoHandle h) {
            return new OfEpoll(loop, h);
        }
        if (handle instanceof NioIoHandle h) {
            return new OfNio(loop, h);
        }
        if (handle instanceof IoUringIoHandle h) {
            return new OfIoUring(loop, h);
        }
        if (handle instanceof KQueueIoHandle h) {
            return new OfKQueue(loop, h);
        }
        if (loop.customTransport() != null) {
            return new OfCustomTransport(loop, handle);
        }
        throw new IllegalArgumentException(
                "a handle of type " + handle.getClass().getName() + " belongs to no transport that a loop runs on");
    }

    /** Returns the registration that the delegate is to have, given that of the transport. */
    IoRegistration registeredAs(IoRegistration registration) {
        return registration;
    }

    @Override
    public void handle(IoRegistration registration, IoEvent event) {
        if (loop.halted()) {
            handleAfterEnd(registration, event);
            return;
        }
        TaskQueues queues = loop.queues;
        ContextFrame former = loop.enterFrame(frame);
        queues.enter();
        try {
            delegate.handle(registration, event);
        } catch (Throwable t) {
            loop.raise(t);
        } finally {
            loop.leaveFrame(former);
            queues.exit();
        }
    }

    /**
     * After an exit, events are of no use to the program. But a ring's completions give buffers back, and while the
     * loop is torn down every transport's events end its operations.
     */
    private void handleAfterEnd(IoRegistration registration, IoEvent event) {
        if (this instanceof OfIoUring || loop.lifecycle.isTearingDown()) {
            delegate.handle(registration, event);
        }
    }

    @Override
    public final void registered() {
        liveness.opened();
        delegate.registered();
    }

    @Override
    public final void unregistered() {
        liveness.ended();
        delegate.unregistered();
    }

    @Override
    public final void close() throws Exception {
        delegate.close();
    }

    /** The loop's record of an open descriptor. */
    static final class Registered extends Handle {

        private final TrackedHandle io;

        Registered(EventLoop loop, TrackedHandle io) {
            super(loop, "Channel");
            this.io = io;
        }

        void opened() {
            activate();
        }

        void ended() {
            deactivate();
        }

        @Override
        protected void onClose() {
            try {
                io.delegate.close();
            } catch (Exception e) {
                loop().raise(e);
            }
        }

        @Override
        protected String describe() {
            // The transports' handles have no names of their own.
            return io.delegate instanceof Channel.Unsafe channel ? addresses(channel) : io.delegate.toString();
        }

        private static String addresses(Channel.Unsafe channel) {
            SocketAddress local = channel.localAddress();
            SocketAddress remote = channel.remoteAddress();
            return remote == null ? "at " + local : local + " <-> " + remote;
        }
    }

    private static final class OfEpoll extends TrackedHandle implements EpollIoHandle {

        private final EpollIoHandle io;
        private @Nullable EpollRegistration registration;

        OfEpoll(EventLoop loop, EpollIoHandle io) {
            super(loop, io);
            this.io = io;
        }

        @Override
        public FileDescriptor fd() {
            return io.fd();
        }

        @Override
        IoRegistration registeredAs(IoRegistration ofTransport) {
            EpollRegistration lazy = new EpollRegistration(ofTransport);
            registration = lazy;
            return lazy;
        }

        @Override
        public void handle(IoRegistration ofTransport, IoEvent event) {
            EpollRegistration lazy = registration;
            if (lazy == null) {
                super.handle(ofTransport, event);
                return;
            }
            EpollIoEvent wanted = lazy.wanted((EpollIoEvent) event);
            if (wanted != null) {
                super.handle(lazy, wanted);
            }
        }
    }

    private static final class OfNio extends TrackedHandle implements NioIoHandle {

        private final NioIoHandle io;

        OfNio(EventLoop loop, NioIoHandle io) {
            super(loop, io);
            this.io = io;
        }

        @Override
        public SelectableChannel selectableChannel() {
            return io.selectableChannel();
        }
    }

    private static final class OfIoUring extends TrackedHandle implements IoUringIoHandle {

        OfIoUring(EventLoop loop, IoUringIoHandle io) {
            super(loop, io);
        }
    }

    private static final class OfCustomTransport extends TrackedHandle {

        OfCustomTransport(EventLoop loop, IoHandle io) {
            super(loop, io);
        }
    }

    private static final class OfKQueue extends TrackedHandle implements KQueueIoHandle {

        private final KQueueIoHandle io;

        OfKQueue(EventLoop loop, KQueueIoHandle io) {
            super(loop, io);
            this.io = io;
        }

        @Override
        public int ident() {
            return io.ident();
        }
    }
}
