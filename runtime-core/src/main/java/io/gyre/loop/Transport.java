package io.gyre.loop;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a loop waits for I/O: one of Netty's transports. */
public enum Transport {
    /** Linux's epoll: the default on Linux. */
    EPOLL {
        @Override
        @Nullable
        Throwable unavailability() {
            return Epoll.isAvailable() ? null : Epoll.unavailabilityCause();
        }

        @Override
        IoHandlerFactory newHandlerFactory() {
            return EpollIoHandler.newFactory();
        }
    },
    /** Linux's io_uring: only where it is asked for. */
    IO_URING {
        @Override
        @Nullable
        Throwable unavailability() {
            return IoUring.isAvailable() ? null : IoUring.unavailabilityCause();
        }

        @Override
        IoHandlerFactory newHandlerFactory() {
            return IoUringIoHandler.newFactory();
        }
    },
    /** The kqueue of macOS and the BSDs: the default there. */
    KQUEUE {
        @Override
        @Nullable
        Throwable unavailability() {
            return KQueue.isAvailable() ? null : KQueue.unavailabilityCause();
        }

        @Override
        IoHandlerFactory newHandlerFactory() {
            return KQueueIoHandler.newFactory();
        }
    },
    /** The JDK's selectors: available everywhere. */
    NIO {
        @Override
        @Nullable
        Throwable unavailability() {
            return null;
        }

        @Override
        IoHandlerFactory newHandlerFactory() {
            return NioIoHandler.newFactory();
        }
    };

    private static final Logger LOG = LoggerFactory.getLogger(Transport.class);
    private static final Transport[] BY_PREFERENCE = {EPOLL, KQUEUE, NIO};

    abstract @Nullable Throwable unavailability();

    abstract IoHandlerFactory newHandlerFactory();

    /**
     * Tells whether this transport works on this machine.
     *
     * @return true if a loop can be built on it
     */
    public boolean isAvailable() {
        return unavailability() == null;
    }

    /**
     * Returns this transport if it works here.
     *
     * @throws IllegalStateException if it does not, with the reason as its cause
     */
    Transport orThrow() {
        Throwable why = unavailability();
        if (why != null) {
            throw new IllegalStateException("transport " + this + " is not available on this machine", why);
        }
        return this;
    }

    /**
     * Returns the transport that a loop takes where none is asked for: epoll, kqueue or NIO, the first that works.
     *
     * @return an available transport
     */
    public static Transport preferred() {
        for (Transport transport : BY_PREFERENCE) {
            Throwable why = transport.unavailability();
            if (why == null) {
                return transport;
            }
            LOG.debug("transport {} is not available: {}", transport, why.toString());
        }
        return NIO;
    }
}
