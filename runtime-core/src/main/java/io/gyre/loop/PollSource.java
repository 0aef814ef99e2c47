package io.gyre.loop;

import io.gyre.loop.Poll.Event;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoEvent;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollIoOps;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringIoOps;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a transport watches a descriptor that it does not own. */
abstract class PollSource {

    private @Nullable Poll poll;
    private @Nullable IoRegistration registration;
    private @Nullable NettyPoller poller;

    static PollSource of(EventLoop loop, NettyPoller netty, int fd) {
        if (netty.isCompatible(EpollIoHandle.class)) {
            return new OfEpoll(fd);
        }
        if (netty.isCompatible(IoUringIoHandle.class)) {
            return new OfIoUring(fd);
        }
        throw new UnsupportedOperationException(loop + " watches no descriptors; give it a SelectableChannel");
    }

    static PollSource of(EventLoop loop, NettyPoller netty, SelectableChannel channel) {
        if (netty.isCompatible(NioIoHandle.class)) {
            return new OfNio(channel);
        }
        throw new UnsupportedOperationException(loop + " watches no SelectableChannel; give it a descriptor");
    }

    void open(Poll owner, NettyPoller netty) {
        poll = owner;
        poller = netty;
        try {
            registration = netty.registerUntracked(handle());
        } catch (Exception e) {
            throw new IllegalStateException("cannot watch " + owner, e);
        }
    }

    Poll poll() {
        Poll owner = poll;
        if (owner == null) {
            throw new AssertionError("a poll source without a poll");
        }
        return owner;
    }

    IoRegistration registration() {
        IoRegistration registered = registration;
        if (registered == null) {
            throw new AssertionError("a poll source that is not registered");
        }
        return registered;
    }

    void beforeNextPoll(Runnable action) {
        NettyPoller netty = poller;
        if (netty != null) {
            netty.beforeNextPoll(action);
        }
    }

    void onceCollected(Runnable delivery) {
        NettyPoller netty = poller;
        if (netty != null) {
            netty.onceCollected(delivery);
        }
    }

    abstract IoHandle handle();

    /** Watches for these events from now on; for none, ceases to watch. */
    abstract void watch(Set<Event> events);

    void close() {
        registration().cancel();
    }

    private static Set<Event> both(boolean readable, boolean writable) {
        EnumSet<Event> events = EnumSet.noneOf(Event.class);
        if (readable) {
            events.add(Event.READABLE);
        }
        if (writable) {
            events.add(Event.WRITABLE);
        }
        return events;
    }

    /** Level-triggered epoll. */
    @SuppressWarnings("try") // IoHandle.close() declares Exception
    static final class OfEpoll extends PollSource implements EpollIoHandle {

        private final FileDescriptor fd;

        OfEpoll(int fd) {
            this.fd = new FileDescriptor(fd);
        }

        @Override
        public FileDescriptor fd() {
            return fd;
        }

        @Override
        IoHandle handle() {
            return this;
        }

        @Override
        void watch(Set<Event> events) {
            EpollIoOps ops = EpollIoOps.NONE;
            if (events.contains(Event.READABLE)) {
                ops = ops.with(EpollIoOps.EPOLLIN).with(EpollIoOps.EPOLLRDHUP);
            }
            if (events.contains(Event.WRITABLE)) {
                ops = ops.with(EpollIoOps.EPOLLOUT);
            }
            registration().submit(ops);
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            EpollIoOps ops = ((EpollIoEvent) event).ops();
            boolean error = ops.contains(EpollIoOps.EPOLLERR);
            poll().ready(both(
                    error || ops.contains(EpollIoOps.EPOLLIN) || ops.contains(EpollIoOps.EPOLLRDHUP),
                    error || ops.contains(EpollIoOps.EPOLLOUT)));
        }

        @Override
        public void close() {
            super.close();
        }
    }

    /** A selection key. */
    @SuppressWarnings("try") // IoHandle.close() declares Exception
    static final class OfNio extends PollSource implements NioIoHandle {

        private final SelectableChannel channel;

        OfNio(SelectableChannel channel) {
            this.channel = channel;
        }

        @Override
        public SelectableChannel selectableChannel() {
            return channel;
        }

        @Override
        IoHandle handle() {
            return this;
        }

        @Override
        void watch(Set<Event> events) {
            int valid = channel.validOps();
            int ops = 0;
            if (events.contains(Event.READABLE)) {
                ops |= valid & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT);
            }
            if (events.contains(Event.WRITABLE)) {
                ops |= valid & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT);
            }
            registration().submit(NioIoOps.valueOf(ops));
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            int ready = ((NioIoEvent) event).ops().value();
            poll().ready(both(
                    (ready & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0,
                    (ready & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0));
        }

        @Override
        public void close() {
            super.close();
        }
    }

    /** One-shot polls of io_uring, armed again after each. */
    @SuppressWarnings("try") // IoHandle.close() declares Exception
    static final class OfIoUring extends PollSource implements IoUringIoHandle {

        private static final byte POLL_ADD = 6;
        private static final byte ASYNC_CANCEL = 14;
        private static final int POLLIN = 1;
        private static final int POLLOUT = 4;
        private static final int POLLERR = 8;
        private static final int POLLHUP = 16;
        private static final int POLLRDHUP = 0x2000;

        private final int fd;
        private int mask;

        /** The poll that is under way in the ring; 0 if none is. */
        private long armed;

        /** What a poll found that is not delivered yet. */
        private @Nullable Set<Event> found;

        OfIoUring(int fd) {
            this.fd = fd;
        }

        @Override
        IoHandle handle() {
            return this;
        }

        @Override
        void watch(Set<Event> events) {
            int wanted = (events.contains(Event.READABLE) ? POLLIN | POLLRDHUP : 0)
                    | (events.contains(Event.WRITABLE) ? POLLOUT : 0);
            found = null;
            if (wanted != mask) {
                mask = wanted;
                disarm();
            }
            beforeNextPoll(this::arm);
        }

        private void arm() {
            if (mask != 0 && armed == 0 && registration().isValid()) {
                armed = submit(POLL_ADD, fd, 0, mask);
            }
        }

        private void disarm() {
            if (armed != 0) {
                submit(ASYNC_CANCEL, -1, armed, 0);
            }
        }

        private long submit(byte opcode, int descriptor, long address, int flags) {
            return registration()
                    .submit(new IoUringIoOps(
                            opcode,
                            (byte) 0,
                            (short) 0,
                            descriptor,
                            0L,
                            address,
                            0,
                            flags,
                            0L,
                            (short) 0,
                            (short) 0,
                            0,
                            0L));
        }

        @Override
        public void handle(IoRegistration registration, IoEvent event) {
            IoUringIoEvent done = (IoUringIoEvent) event;
            if (done.opcode() != POLL_ADD) {
                return;
            }
            armed = 0;
            int result = done.res();
            if (result > 0) {
                boolean error = (result & POLLERR) != 0;
                found = both(
                        error || ((result & (POLLIN | POLLHUP | POLLRDHUP)) != 0 && (mask & POLLIN) != 0),
                        error || (result & POLLOUT) != 0);
                onceCollected(this::deliver);
            } else if (result < 0 && registration.isValid() && mask != 0 && -result != ECANCELED) {
                poll().failed(new java.io.IOException("poll of descriptor " + fd + " failed with errno " + -result));
                return;
            }
            beforeNextPoll(this::arm);
        }

        private void deliver() {
            Set<Event> events = found;
            found = null;
            if (events != null) {
                poll().ready(events);
            }
        }

        private static final int ECANCELED = 125;

        @Override
        public void close() {
            mask = 0;
            found = null;
            disarm();
            super.close();
        }
    }
}
