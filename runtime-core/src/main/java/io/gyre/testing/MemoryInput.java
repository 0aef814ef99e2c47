package io.gyre.testing;

import io.gyre.buffer.Buffer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.ChannelInputShutdownEvent;

/** The reading half of a {@link MemoryChannel}: reads while it is asked to, until the peer has ended. */
final class MemoryInput {

    private final MemoryChannel channel;
    private boolean wanted;
    private boolean shutdown;

    MemoryInput(MemoryChannel channel) {
        this.channel = channel;
    }

    void want() {
        wanted = true;
    }

    void wantNoMore() {
        wanted = false;
    }

    void shutDown() {
        shutdown = true;
    }

    boolean isShutdown() {
        return shutdown;
    }

    @SuppressWarnings("deprecation") // the type that Channel.Unsafe returns
    void readFrom(MemoryPipe pipe) {
        if (!wanted || shutdown || !channel.isActive()) {
            return;
        }
        ChannelPipeline pipeline = channel.pipeline();
        ChannelConfig config = channel.config();
        RecvByteBufAllocator.Handle allocator = channel.unsafe().recvBufAllocHandle();
        allocator.reset(config);
        boolean ended = false;
        do {
            ByteBuf bytes = allocator.allocate(config.getAllocator());
            allocator.attemptedBytesRead(bytes.writableBytes());
            Buffer piece = pipe.read(bytes.writableBytes());
            if (piece == null) {
                bytes.release();
                ended = pipe.isAtEnd();
                allocator.lastBytesRead(ended ? -1 : 0);
                break;
            }
            bytes.writeBytes(piece.asByteBuffer());
            allocator.lastBytesRead(piece.length());
            allocator.incMessagesRead(1);
            wanted = false;
            pipeline.fireChannelRead(bytes);
        } while (allocator.continueReading() && channel.isActive());
        allocator.readComplete();
        pipeline.fireChannelReadComplete();
        if (ended) {
            end();
        }
    }

    private void end() {
        shutdown = true;
        if (channel.isOpen()) {
            if (Boolean.TRUE.equals(channel.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
                channel.pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            } else {
                channel.unsafe().close(channel.voidPromise());
            }
        }
    }
}
