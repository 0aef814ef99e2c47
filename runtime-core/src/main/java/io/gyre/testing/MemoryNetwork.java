package io.gyre.testing;

import io.gyre.loop.CustomTransport;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Handle;
import io.gyre.loop.Poller;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import io.netty.channel.Channel;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandler;
import io.netty.channel.ServerChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A network within one loop in virtual time: servers listen on it, clients connect to them, and what they send takes
 * the time that the test says.
 *
 * <p><b>What runs on it.</b> Everything that the loop's servers and channels do, without a change: on such a loop
 * {@code HttpServer.listen} listens here, and so does foreign Netty code that takes its channels from
 * {@link EventLoop#customTransport()}. A test opens the client's end with {@link #connect}. There is one host, which
 * every address names; no port of the machine is used.
 *
 * <p><b>Thread.</b> Confined to the loop's thread.
 *
 * <p><b>Order.</b> Bytes of one direction arrive in the order in which they were sent, in the poll phase; what is due at
 * the same time arrives in the order in which it was sent.
 *
 * <p><b>Close.</b> Connections end with their loop.
 */
public final class MemoryNetwork {

    private static final int FIRST_FREE_PORT = 49_152;
    private static final int LAST_PORT = 65_535;

    private final VirtualTime time;
    private final Deliveries deliveries = new Deliveries();
    private final Map<Integer, MemoryServerChannel> listening = new HashMap<>();
    private final Set<MemoryConnection> connections = new LinkedHashSet<>();
    private @Nullable EventLoop loop;
    private int nextPort = FIRST_FREE_PORT;
    private long latencyNanos;
    private int chunkSize = 64 * 1024;
    private int capacity = 64 * 1024;

    MemoryNetwork(VirtualTime time) {
        this.time = time;
    }

    // ---- the weather

    /**
     * Sets how long everything that is sent from now on is under way, in each direction; no time by default.
     *
     * @param oneWay not negative
     * @return this
     */
    public MemoryNetwork latency(Duration oneWay) {
        if (oneWay.isNegative()) {
            throw new IllegalArgumentException("latency is negative: " + oneWay);
        }
        latencyNanos = oneWay.toNanos();
        return this;
    }

    /**
     * Sets the size of the pieces in which everything that is sent from now on arrives; each is read on its own.
     *
     * @param bytes above 0; 64 KiB by default
     * @return this
     */
    public MemoryNetwork chunkSize(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("chunkSize must be above 0, but is " + bytes);
        }
        chunkSize = bytes;
        return this;
    }

    /**
     * Sets how many bytes each direction of a connection takes before the sender has to wait for the reader.
     *
     * @param bytes above 0; 64 KiB by default
     * @return this
     */
    public MemoryNetwork capacity(int bytes) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("capacity must be above 0, but is " + bytes);
        }
        capacity = bytes;
        return this;
    }

    int chunkSize() {
        return chunkSize;
    }

    int capacity() {
        return capacity;
    }

    /**
     * Returns the connections that are open, the oldest first.
     *
     * @return a list that does not change
     */
    public List<MemoryConnection> connections() {
        return List.copyOf(connections);
    }

    // ---- clients

    /**
     * Connects to a server of this network.
     *
     * @param port where it listens
     * @return resolves to the client's end after the time there and back; rejects with a {@link ConnectException} if
     *     nobody listens there
     */
    public Promise<MemorySocket> connect(int port) {
        checkThread("connect");
        EventLoop present = loop();
        Resolvers<MemorySocket> result = Promise.withResolvers(present);
        open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), new SocketOpening(this, result, port));
        return result.promise();
    }

    /** A socket that is about to be opened. Meanwhile it keeps the loop alive. */
    private static final class SocketOpening extends Handle implements Opening {

        private final MemoryNetwork network;
        private final Resolvers<MemorySocket> result;
        private final int port;
        private @Nullable MemorySocket socket;

        SocketOpening(MemoryNetwork network, Resolvers<MemorySocket> result, int port) {
            super(network.loop(), "MemorySocket");
            this.network = network;
            this.result = result;
            this.port = port;
            activate();
        }

        @Override
        public MemoryEnd opened(MemoryConnection made) {
            MemorySocket opened = new MemorySocket(network, made);
            socket = opened;
            return opened.networkEnd();
        }

        @Override
        public void established() {
            MemorySocket opened = socket;
            if (opened != null) {
                close();
                makeCallback(() -> result.resolve(opened));
            }
        }

        @Override
        public void refused(IOException error) {
            close();
            makeCallback(() -> result.reject(error));
        }

        @Override
        protected String describe() {
            return "connecting to port " + port;
        }
    }

    /** What becomes of an attempt to connect. All calls come in the poll phase. */
    interface Opening {

        /** The server has taken the connection. Returns the client's end, or null if the client has given up. */
        @Nullable
        MemoryEnd opened(MemoryConnection made);

        /** The client learns of it. */
        void established();

        /** Nobody listens. */
        void refused(IOException error);
    }

    void open(InetSocketAddress address, Opening opening) {
        InetSocketAddress client = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        // Posted, as Netty posts the binding of a server that began to listen just before.
        loop().execute(() -> deliver(latencyNanos, () -> {
            MemoryServerChannel server = listening.get(address.getPort());
            if (server == null) {
                ConnectException refusal = new ConnectException("connect ECONNREFUSED: connection refused "
                        + address.getHostString() + ":" + address.getPort());
                deliver(latencyNanos, () -> opening.refused(refusal));
                return;
            }
            MemoryConnection made = new MemoryConnection(this, client, address);
            MemoryEnd clientEnd = opening.opened(made);
            if (clientEnd != null) {
                MemoryChannel accepted = new MemoryChannel(server, this, made);
                made.join(clientEnd, accepted.networkEnd());
                connections.add(made);
                deliver(latencyNanos, opening::established);
                server.offer(accepted);
            }
        }));
    }

    // ---- servers

    InetSocketAddress listen(MemoryServerChannel server, InetSocketAddress address) throws BindException {
        int port = address.getPort() == 0 ? freePort() : address.getPort();
        if (listening.putIfAbsent(port, server) != null) {
            throw new BindException("Address already in use");
        }
        return address.getPort() == port ? address : new InetSocketAddress(address.getAddress(), port);
    }

    void listenNoMore(InetSocketAddress address) {
        listening.remove(address.getPort());
    }

    private int freePort() {
        do {
            nextPort = nextPort == LAST_PORT ? FIRST_FREE_PORT : nextPort + 1;
        } while (listening.containsKey(nextPort));
        return nextPort;
    }

    // ---- for the package

    /** The loop's transport, made of this network. */
    CustomTransport transport() {
        return new CustomTransport() {
            @Override
            public IoHandler newHandler(IoEventLoop netty, Poller.Context context) {
                if (loop != null) {
                    throw new IllegalStateException("virtual time is made for one loop, and " + loop + " lives in it");
                }
                loop = context.loop();
                return new MemoryHandler(time, deliveries, context);
            }

            @Override
            public ServerChannel newServerSocket() {
                return new MemoryServerChannel(MemoryNetwork.this);
            }

            @Override
            public Channel newSocket() {
                return new MemoryChannel(MemoryNetwork.this);
            }
        };
    }

    EventLoop loop() {
        EventLoop present = loop;
        if (present == null) {
            throw new IllegalStateException("no loop was built on this network yet");
        }
        return present;
    }

    void checkThread(String operation) {
        loop().checkThread(operation);
    }

    void deliver(long afterNanos, Runnable action) {
        deliverAt(time.nanoTime() + afterNanos, action);
    }

    void deliverAt(long nanoTime, Runnable action) {
        deliveries.add(nanoTime, action);
    }

    /** When what is sent now arrives. */
    long arrivalTime() {
        return time.nanoTime() + latencyNanos;
    }

    void ended(MemoryConnection connection) {
        connections.remove(connection);
    }

    @Override
    public String toString() {
        return "MemoryNetwork(listening on " + listening.keySet() + ", " + connections.size() + " connections)";
    }
}
