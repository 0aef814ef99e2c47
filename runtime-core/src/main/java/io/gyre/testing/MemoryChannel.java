package io.gyre.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FileRegion;
import io.netty.channel.IoEvent;
import io.netty.channel.IoRegistration;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** A channel of Netty whose other end is in the same loop: what a server accepts, and what a Netty client connects. */
final class MemoryChannel extends AbstractChannel implements DuplexChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

    private final MemoryNetwork network;
    private final MemoryInput input = new MemoryInput(this);
    private final ChannelConfig config = new MemoryChannelConfig(this, input::wantNoMore);
    private final MemoryTie tie = new MemoryTie();
    private final End end = new End();
    private @Nullable MemoryConnection connection;
    private @Nullable MemoryPipe in;
    private @Nullable MemoryPipe out;
    private @Nullable ChannelPromise connecting;
    private @Nullable IOException failure;
    private boolean closed;
    private boolean outputShutdown;

    /** A client's channel that is to be connected. */
    MemoryChannel(MemoryNetwork network) {
        super(null);
        this.network = network;
    }

    /** The server's end of a connection. */
    MemoryChannel(MemoryServerChannel parent, MemoryNetwork network, MemoryConnection connection) {
        super(parent);
        this.network = network;
        this.connection = connection;
        this.in = connection.toServer();
        this.out = connection.toClient();
    }

    MemoryEnd networkEnd() {
        return end;
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public boolean isActive() {
        return connection != null && !closed;
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return MemoryTie.isPossible(loop);
    }

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new MemoryUnsafe();
    }

    @Override
    protected @Nullable SocketAddress localAddress0() {
        MemoryConnection open = connection;
        return open == null ? null : isServers() ? open.serverAddress() : open.clientAddress();
    }

    @Override
    protected @Nullable SocketAddress remoteAddress0() {
        MemoryConnection open = connection;
        return open == null ? null : isServers() ? open.clientAddress() : open.serverAddress();
    }

    private boolean isServers() {
        return parent() != null;
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
    protected void doBind(SocketAddress localAddress) {
        // The network chooses a client's port when it connects.
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doClose() {
        if (closed) {
            return;
        }
        closed = true;
        ChannelPromise waiting = connecting;
        connecting = null;
        if (waiting != null) {
            waiting.tryFailure(new IOException("the channel was closed while it was connecting"));
        }
        MemoryConnection open = connection;
        if (open != null && in != null && out != null) {
            open.close(in, out);
        }
    }

    @Override
    protected void doBeginRead() {
        input.want();
        if (in != null && in.hasArrived() && !input.isShutdown()) {
            network.deliver(0, end::readable);
        }
    }

    // ---- writing

    @Override
    protected void doWrite(ChannelOutboundBuffer messages) throws Exception {
        MemoryPipe pipe = out;
        if (pipe == null) {
            throw new NotYetConnectedException();
        }
        Object message;
        while ((message = messages.current()) != null) {
            if (failure != null) {
                throw new IOException("Broken pipe", failure);
            }
            boolean done;
            if (message instanceof ByteBuf bytes) {
                messages.progress(pipe.write(bytes));
                done = !bytes.isReadable();
            } else {
                FileRegion region = (FileRegion) message;
                messages.progress(region.transferTo(new Sink(pipe), region.transferred()));
                done = region.transferred() >= region.count();
            }
            if (!done) {
                return;
            }
            messages.remove();
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf || message instanceof FileRegion) {
            return message;
        }
        throw new UnsupportedOperationException("a channel in memory sends bytes and files, not "
                + message.getClass().getName());
    }

    /** Where a file's bytes go: what there is no room for is not taken. */
    private record Sink(MemoryPipe pipe) implements WritableByteChannel {

        @Override
        public int write(ByteBuffer source) {
            int taken = pipe.write(Unpooled.wrappedBuffer(source));
            source.position(source.position() + taken);
            return taken;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    // ---- half a connection

    @Override
    protected void doShutdownOutput() {
        outputShutdown = true;
        if (out != null) {
            out.end();
        }
    }

    @Override
    public boolean isInputShutdown() {
        return input.isShutdown() || !isActive();
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        input.shutDown();
        return promise.setSuccess();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !isActive();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        ((AbstractUnsafe) unsafe()).shutdownOutput(promise);
        return promise;
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        input.shutDown();
        return shutdownOutput(promise);
    }

    // ---- events

    private final class End implements MemoryEnd {

        @Override
        public void readable() {
            tie.tell(MemoryHandler.Event.READABLE);
        }

        @Override
        public void writable() {
            tie.tell(MemoryHandler.Event.WRITABLE);
        }

        @Override
        public void failed(IOException error) {
            failure = error;
            tie.tell(MemoryHandler.Event.FAILED);
        }
    }

    private final class MemoryUnsafe extends AbstractUnsafe implements MemoryHandler.MemoryIoHandle {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            if (!promise.setUncancellable() || !ensureOpen(promise)) {
                return;
            }
            if (isActive() || connecting != null) {
                safeSetFailure(promise, new AlreadyConnectedException());
                return;
            }
            connecting = promise;
            network.open((InetSocketAddress) remote, new MemoryNetwork.Opening() {
                @Override
                public @Nullable MemoryEnd opened(MemoryConnection made) {
                    if (closed) {
                        return null;
                    }
                    connection = made;
                    in = made.toClient();
                    out = made.toServer();
                    return end;
                }

                @Override
                public void established() {
                    tie.tell(MemoryHandler.Event.CONNECTED);
                }

                @Override
                public void refused(IOException error) {
                    failure = error;
                    tie.tell(MemoryHandler.Event.CONNECTED);
                }
            });
        }

        @Override
        public void handle(IoRegistration source, IoEvent event) {
            switch ((MemoryHandler.Event) event) {
                case READABLE -> {
                    if (in != null) {
                        input.readFrom(in);
                    }
                }
                case WRITABLE -> flush0();
                case CONNECTED -> connected();
                case FAILED -> lost();
            }
        }

        private void connected() {
            ChannelPromise waiting = connecting;
            connecting = null;
            if (waiting == null) {
                return;
            }
            IOException refusal = failure;
            if (refusal != null) {
                waiting.tryFailure(refusal);
                closeIfClosed();
                close(voidPromise());
                return;
            }
            waiting.trySuccess();
            pipeline().fireChannelActive();
        }

        private void lost() {
            IOException error = failure;
            if (error != null && isOpen()) {
                input.shutDown();
                pipeline().fireExceptionCaught(error);
                close(voidPromise());
            }
        }

        @Override
        public void close() {
            close(voidPromise());
        }
    }
}
