package io.gyre.testing;

import io.netty.channel.AbstractServerChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A listening socket of a {@link MemoryNetwork}. */
final class MemoryServerChannel extends AbstractServerChannel {

    private final MemoryNetwork network;
    private final ArrayDeque<MemoryChannel> backlog = new ArrayDeque<>();
    private final ChannelConfig config = new MemoryChannelConfig(this, () -> setWantsMore(false));
    private final MemoryTie tie = new MemoryTie();
    private @Nullable InetSocketAddress address;
    private boolean wantsMore;
    private boolean closed;

    MemoryServerChannel(MemoryNetwork network) {
        this.network = network;
    }

    private void setWantsMore(boolean value) {
        wantsMore = value;
    }

    /** Takes the server's end of a new connection. */
    void offer(MemoryChannel child) {
        backlog.add(child);
        announce();
    }

    private void announce() {
        tie.tell(MemoryHandler.Event.READABLE);
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return address != null && !closed;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return MemoryTie.isPossible(loop);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new ServerUnsafe();
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        return address;
    }

    @Override
    protected void doRegister(ChannelPromise promise) {
        tie.register(this, promise);
    }

    @Override
    protected void doDeregister() {
        tie.deregister();
    }

    @Override
    protected void doBind(SocketAddress localAddress) throws BindException {
        address = network.listen(this, (InetSocketAddress) localAddress);
    }

    @Override
    protected void doClose() {
        if (!closed) {
            closed = true;
            InetSocketAddress listened = address;
            if (listened != null) {
                network.listenNoMore(listened);
            }
            for (MemoryChannel waiting : backlog) {
                waiting.unsafe().closeForcibly();
            }
            backlog.clear();
        }
    }

    @Override
    protected void doBeginRead() {
        wantsMore = true;
        if (!backlog.isEmpty()) {
            network.deliver(0, this::announce);
        }
    }

    private void accept() {
        boolean accepted = false;
        while (wantsMore && !closed && !backlog.isEmpty()) {
            accepted = true;
            pipeline().fireChannelRead(backlog.remove());
        }
        if (accepted) {
            pipeline().fireChannelReadComplete();
        }
    }

    private final class ServerUnsafe extends AbstractUnsafe implements MemoryHandler.MemoryIoHandle {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            safeSetFailure(promise, new UnsupportedOperationException("a listening socket does not connect"));
        }

        @Override
        public void handle(IoRegistration source, IoEvent event) {
            accept();
        }

        @Override
        public void close() {
            close(voidPromise());
        }
    }
}
