package io.gyre.loop;

import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.ServerChannel;

/**
 * A transport that is none of {@link Transport}'s: how a loop waits for I/O, and the channels that go with it.
 *
 * <p>Made for transports that live in memory, such as that of the test kit. The I/O handler is the
 * poll phase; each callback that it gives to a registered {@link io.netty.channel.IoHandle} is a callback of the loop.
 */
public interface CustomTransport {

    /**
     * Makes the I/O handler of a loop. On the thread that builds the loop.
     *
     * @param netty Netty's view of the loop; not to be used before the loop runs
     * @param context what the handler may ask of its loop
     * @return a new handler, destroyed by its loop
     */
    IoHandler newHandler(IoEventLoop netty, Poller.Context context);

    /**
     * Makes a listening socket that is not bound.
     *
     * @return a channel for a loop of this transport
     */
    ServerChannel newServerSocket();

    /**
     * Makes a socket that is not connected.
     *
     * @return a channel for a loop of this transport
     */
    Channel newSocket();
}
