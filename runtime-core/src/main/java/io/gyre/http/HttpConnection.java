package io.gyre.http;

import io.gyre.loop.Registration;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection to a server, on which its requests come (Node's {@code request.socket}): the same object in each
 * of them. For what belongs to a client rather than to a request.
 *
 * <p><b>Thread.</b> The loop's.
 *
 * <p><b>Close.</b> The server closes it when it was idle too long or its last response says so, and the client when it
 * likes.
 */
public interface HttpConnection {

    /**
     * Returns the client's address.
     *
     * @return null if the client did not come over TCP, or the connection is closed already
     */
    @Nullable
    InetSocketAddress remoteAddress();

    /**
     * Adds a listener for the end of the connection.
     *
     * @param listener called once, in a tick after it; not at all if it is closed already
     * @return removes the listener
     */
    Registration onClose(Runnable listener);

    /**
     * Tells whether the connection is gone.
     *
     * @return true from just before the {@link #onClose} listeners are called
     */
    boolean isClosed();

    /** Closes the connection, whatever is under way on it. */
    void destroy();
}
