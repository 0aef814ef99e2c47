package io.gyre.http;

import io.gyre.loop.CustomTransport;
import io.gyre.loop.EventLoop;
import io.netty.channel.IoEventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandle;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandle;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandle;
import io.netty.channel.uring.IoUringServerSocketChannel;

/** The kind of listening socket that goes with the transport of a loop. */
final class Transports {

    private Transports() {}

    /** Whether a buffer is handed out only for a read that is done at once. A ring reads whenever there is something. */
    static boolean readsAtOnce(IoEventLoop loop) {
        return !loop.isCompatible(IoUringIoHandle.class);
    }

    /** How far into a file its bytes can be sent by reference: on io_uring, Netty cuts positions to 32 bits. */
    static long fileLimit(IoEventLoop loop) {
        return loop.isCompatible(IoUringIoHandle.class) ? Integer.MAX_VALUE : Long.MAX_VALUE;
    }

    static ServerChannel newServerSocket(EventLoop eventLoop) {
        CustomTransport custom = eventLoop.customTransport();
        if (custom != null) {
            return custom.newServerSocket();
        }
        IoEventLoop loop = eventLoop.netty();
        if (loop.isCompatible(EpollIoHandle.class)) {
            return new EpollServerSocketChannel();
        }
        if (loop.isCompatible(IoUringIoHandle.class)) {
            return new IoUringServerSocketChannel();
        }
        if (loop.isCompatible(KQueueIoHandle.class)) {
            return new KQueueServerSocketChannel();
        }
        if (loop.isCompatible(NioIoHandle.class)) {
            return new NioServerSocketChannel();
        }
        throw new IllegalStateException(loop + " has no listening sockets");
    }
}
