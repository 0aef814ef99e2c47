package io.gyre.testing;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A connection of a {@link MemoryNetwork}, as somebody with a hand on the cable sees it: it can be stalled, and cut.
 *
 * <p>Confined to the loop's thread. What the two ends see of it follows TCP: bytes arrive in order, an end that closes
 * lets the other read what is on its way, one that closes with bytes unread resets the connection.
 */
public final class MemoryConnection {

    private final MemoryNetwork network;
    private final InetSocketAddress client;
    private final InetSocketAddress server;
    private final MemoryPipe toServer = new MemoryPipe(this);
    private final MemoryPipe toClient = new MemoryPipe(this);
    private final List<Runnable> stalled = new ArrayList<>();
    private @Nullable MemoryEnd clientEnd;
    private @Nullable MemoryEnd serverEnd;
    private boolean isStalled;
    private boolean isLost;
    private int closedEnds;

    /** When the last piece of each direction arrives: latency may shrink, and order is kept. */
    private long lastToServer;

    private long lastToClient;

    MemoryConnection(MemoryNetwork network, InetSocketAddress client, InetSocketAddress server) {
        this.network = network;
        this.client = client;
        this.server = server;
    }

    void join(MemoryEnd newClientEnd, MemoryEnd newServerEnd) {
        clientEnd = newClientEnd;
        serverEnd = newServerEnd;
        toServer.join(newClientEnd, newServerEnd);
        toClient.join(newServerEnd, newClientEnd);
    }

    MemoryNetwork network() {
        return network;
    }

    MemoryPipe toServer() {
        return toServer;
    }

    MemoryPipe toClient() {
        return toClient;
    }

    /**
     * Returns the client's address.
     *
     * @return an address with a port of the network's choice
     */
    public InetSocketAddress clientAddress() {
        return client;
    }

    /**
     * Returns the address that the client connected to.
     *
     * @return the address of the listening socket
     */
    public InetSocketAddress serverAddress() {
        return server;
    }

    /**
     * Tells whether the connection is open.
     *
     * @return false when both ends have closed it, or when it was lost
     */
    public boolean isOpen() {
        return !isLost && closedEnds < 2;
    }

    /** Lets nothing arrive from here on, in either direction, until {@link #resume}. Neither end is told. */
    public void stall() {
        network.checkThread("stall");
        isStalled = true;
    }

    /** Lets everything arrive that has waited since {@link #stall}. */
    public void resume() {
        network.checkThread("resume");
        isStalled = false;
        for (Runnable arrival : stalled) {
            network.deliver(0, arrival);
        }
        stalled.clear();
    }

    /** Cuts the connection: what is on its way is lost, and both ends see a reset. */
    public void reset() {
        network.checkThread("reset");
        if (isOpen()) {
            lose();
            network.deliver(0, () -> fail(clientEnd));
            network.deliver(0, () -> fail(serverEnd));
        }
    }

    // ---- for the package

    void send(MemoryPipe pipe, Runnable arrival) {
        if (isLost) {
            return;
        }
        long at = network.arrivalTime();
        if (pipe == toServer) {
            at = lastToServer = Math.max(at, lastToServer);
        } else {
            at = lastToClient = Math.max(at, lastToClient);
        }
        network.deliverAt(at, () -> arrive(arrival));
    }

    private void arrive(Runnable arrival) {
        if (isStalled) {
            stalled.add(() -> arrive(arrival));
        } else if (!isLost) {
            arrival.run();
        }
    }

    /** Something has arrived at an end that is closed: the sender sees a reset. */
    void refuse(MemoryPipe pipe) {
        MemoryEnd sender = pipe == toServer ? clientEnd : serverEnd;
        MemoryPipe back = pipe == toServer ? toClient : toServer;
        send(back, () -> {
            lose();
            fail(sender);
        });
    }

    /** One end closes. */
    void close(MemoryPipe in, MemoryPipe out) {
        closedEnds++;
        boolean unread = in.closeReader();
        if (unread && !isLost) {
            refuse(in);
        } else {
            out.end();
        }
        if (closedEnds == 2) {
            network.ended(this);
        }
    }

    private void lose() {
        isLost = true;
        stalled.clear();
        network.ended(this);
    }

    private static void fail(@Nullable MemoryEnd end) {
        if (end != null) {
            end.failed(new IOException("Connection reset by peer"));
        }
    }

    @Override
    public String toString() {
        return client + " -> " + server;
    }
}
