package io.gyre.http;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/1.1 server on a loop (Node's {@code http.Server}).
 *
 * <p><b>Thread.</b> The loop's, in every method and every callback.
 *
 * <p><b>Order.</b> Requests of one connection are handled one after the other, in the order in which they came, each
 * when the one before it has been answered. All callbacks run under the context frame in which the server began to
 * listen.
 *
 * <p><b>Errors.</b> A server that cannot listen tells its error listeners, or else the loop's error policy. What clients
 * do wrong is answered and told to {@link #onClientError}. What the handler throws is answered with 500, or if it is too
 * late for that by destroying the connection, and goes to the loop's error policy.
 *
 * <p><b>Close.</b> {@link #close()} stops to accept, closes idle connections and lets the others finish their response;
 * a graceful shutdown of the loop does the same. While a server listens and is ref'd, and while it has connections, it
 * keeps the loop alive.
 */
public final class HttpServer {

    private enum State {
        NEW,
        LISTENING,
        CLOSING,
        CLOSED
    }

    final HttpServerBuilder options;
    final HttpDecoderConfig limits;
    final HeadEncoder encoder = new HeadEncoder();
    final ReusedBuffers buffers = new ReusedBuffers();
    final DateField date;
    final Sweep sweep;

    /** How far into a file its bytes can be sent by reference. */
    final long fileLimit;

    private final RequestHandler handler;
    private final List<Consumer<? super Throwable>> errorListeners = new ArrayList<>();
    private final List<Consumer<? super ClientException>> clientErrorListeners = new ArrayList<>();
    private final List<Runnable> closeListeners = new ArrayList<>();
    private State state = State.NEW;
    private boolean ref = true;
    private @Nullable ListeningSocket socket;
    private @Nullable Registration onShutdown;
    private final Connections connections = new Connections();

    HttpServer(HttpServerBuilder options, RequestHandler handler) {
        this.options = options.copy();
        this.handler = handler;
        this.limits = new HttpDecoderConfig()
                .setMaxInitialLineLength(this.options.maxUrlLength)
                .setMaxHeaderSize(this.options.maxHeaderSize)
                .setMaxChunkSize(this.options.highWaterMark);
        this.date = new DateField(options.loop, options.clock);
        this.fileLimit = Transports.fileLimit(options.loop.netty());
        this.sweep = new Sweep(options.loop, this.options.shortestTimeoutMillis(), this::sweep);
    }

    /**
     * Makes a server with Node's limits. It does not listen yet.
     *
     * @param loop what it runs on
     * @param handler answers the requests
     * @return a server
     */
    public static HttpServer create(EventLoop loop, RequestHandler handler) {
        return builder(loop).create(handler);
    }

    /**
     * Starts to describe a server.
     *
     * @param loop what it runs on
     * @return a builder with Node's limits
     */
    public static HttpServerBuilder builder(EventLoop loop) {
        return new HttpServerBuilder(loop);
    }

    /**
     * Returns the loop that this server runs on. From any thread.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return options.loop;
    }

    // ---- listening

    /**
     * Starts to listen on all addresses of this machine.
     *
     * @param port 0 for any free one
     * @return this
     */
    public HttpServer listen(int port) {
        return listen(new InetSocketAddress(port), null);
    }

    /**
     * Starts to listen on all addresses of this machine.
     *
     * @param port 0 for any free one
     * @param onListening called once, when connections are accepted
     * @return this
     */
    public HttpServer listen(int port, Runnable onListening) {
        return listen(new InetSocketAddress(port), onListening);
    }

    /**
     * Starts to listen.
     *
     * @param host an address of this machine, or a name of it, which is looked up before this returns
     * @param port 0 for any free one
     * @param onListening called once, when connections are accepted
     * @return this
     */
    public HttpServer listen(String host, int port, Runnable onListening) {
        return listen(new InetSocketAddress(host, port), onListening);
    }

    /**
     * Starts to listen.
     *
     * @param address an address of this machine; port 0 for any free one
     * @param onListening called once, when connections are accepted; null if nobody waits for that
     * @return this
     * @throws IllegalStateException if this server has listened already
     */
    public HttpServer listen(InetSocketAddress address, @Nullable Runnable onListening) {
        loop().checkThread("listen");
        if (state != State.NEW) {
            throw new IllegalStateException("listen on " + address + ": this server listens already or is closed");
        }
        state = State.LISTENING;
        onShutdown = loop().onShutdown(this::close);
        ListeningSocket listening = new ListeningSocket(options, address, this::accept);
        socket = listening;
        listening.setRef(ref);
        listening.whenBound(error -> bound(error, onListening));
        return this;
    }

    private void bound(@Nullable IOException error, @Nullable Runnable onListening) {
        if (state != State.LISTENING) {
            return;
        }
        if (error != null) {
            listenFailed(error);
        } else if (onListening != null) {
            call(onListening);
        }
    }

    private void listenFailed(IOException error) {
        if (errorListeners.isEmpty()) {
            loop().raise(error);
        }
        for (Consumer<? super Throwable> listener : List.copyOf(errorListeners)) {
            call(() -> listener.accept(error));
        }
        closed();
    }

    /**
     * Tells where this server listens.
     *
     * @return the address with the actual port; null unless it is listening
     */
    public @Nullable InetSocketAddress address() {
        ListeningSocket listening = socket;
        return listening == null ? null : listening.address();
    }

    /**
     * Tells whether this server accepts connections, or is about to.
     *
     * @return false before {@link #listen} and from {@link #close} on
     */
    public boolean isListening() {
        return state == State.LISTENING;
    }

    /**
     * Lets this server keep the loop alive while it listens (the default).
     *
     * @return this
     */
    public HttpServer ref() {
        return setRef(true);
    }

    /**
     * Lets the loop end although this server listens. Open connections keep it alive still.
     *
     * @return this
     */
    public HttpServer unref() {
        return setRef(false);
    }

    private HttpServer setRef(boolean value) {
        loop().checkThread(value ? "ref" : "unref");
        ref = value;
        ListeningSocket listening = socket;
        if (listening != null) {
            listening.setRef(value);
        }
        return this;
    }

    // ---- closing

    /**
     * Tells whether this server was closed and its connections are gone.
     *
     * @return true from the close listeners on
     */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Stops to accept, closes idle connections, and lets the others finish their response. */
    public void close() {
        close(null);
    }

    /**
     * Stops to accept, closes idle connections, and lets the others finish their response.
     *
     * @param onClosed called when all connections are gone; not at all if the server was closed before
     */
    public void close(@Nullable Runnable onClosed) {
        loop().checkThread("close");
        if (state == State.CLOSING || state == State.CLOSED) {
            return;
        }
        state = State.CLOSING;
        if (onClosed != null) {
            closeListeners.add(onClosed);
        }
        ListeningSocket listening = socket;
        if (listening != null) {
            listening.close();
        }
        closeIdleConnections();
        if (connections.count() == 0) {
            closed();
        }
    }

    /** Closes the connections that no request is under way on. */
    public void closeIdleConnections() {
        loop().checkThread("closeIdleConnections");
        connections.forEach(Connection::closeIfIdle);
    }

    /** Destroys all connections, whatever is under way on them. */
    public void closeAllConnections() {
        loop().checkThread("closeAllConnections");
        connections.forEach(Connection::destroy);
    }

    boolean isClosing() {
        return state != State.LISTENING;
    }

    private void closed() {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        sweep.stop();
        Registration shutdown = onShutdown;
        if (shutdown != null) {
            shutdown.remove();
        }
        for (Runnable listener : List.copyOf(closeListeners)) {
            loop().nextTick(listener);
        }
    }

    // ---- listeners

    /**
     * Adds a listener for a server that cannot listen.
     *
     * @param listener given the error, which names the address
     * @return removes the listener
     */
    public Registration onError(Consumer<? super Throwable> listener) {
        return add("onError", errorListeners, listener);
    }

    /**
     * Adds a listener for what clients do wrong. They have been answered, where that is possible.
     *
     * @param listener given what was wrong
     * @return removes the listener
     */
    public Registration onClientError(Consumer<? super ClientException> listener) {
        return add("onClientError", clientErrorListeners, listener);
    }

    /**
     * Adds a listener for the moment when the server is closed and all connections are gone.
     *
     * @param listener called once
     * @return removes the listener
     */
    public Registration onClose(Runnable listener) {
        return add("onClose", closeListeners, listener);
    }

    private <L> Registration add(String operation, List<L> listeners, L listener) {
        loop().checkThread(operation);
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return () -> listeners.remove(listener);
    }

    /**
     * Counts the open connections.
     *
     * @return how many there are
     */
    public int connectionCount() {
        return connections.count();
    }

    // ---- for the package

    private void accept(Channel child) {
        if (connections.count() >= options.maxConnections || isClosing()) {
            child.close();
            return;
        }
        if (Transports.readsAtOnce(loop().netty())) {
            child.config().setRecvByteBufAllocator(buffers.readAllocator());
        }
        child.pipeline().addLast(new Connection(this, child).parser());
    }

    void opened(Connection connection) {
        connections.add(connection);
        if (connections.count() == 1) {
            sweep.start();
        }
    }

    void closed(Connection connection) {
        connections.remove(connection);
        if (connections.count() == 0) {
            sweep.stop();
            buffers.release();
            if (state == State.CLOSING) {
                closed();
            }
        }
    }

    private void sweep() {
        connections.forEach(Connection::sweep);
    }

    void handle(IncomingMessage request, ServerResponse response) {
        try {
            handler.handle(request, response);
        } catch (Throwable error) {
            if (loop().isHalted()) {
                return;
            }
            response.handlerFailed();
            loop().raise(error);
        }
    }

    void clientError(ClientException error) {
        for (Consumer<? super ClientException> listener : List.copyOf(clientErrorListeners)) {
            call(() -> listener.accept(error));
        }
    }

    /** Runs a callback of the program, whose errors go to the error policy: Netty would swallow them. */
    void call(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable error) {
            loop().raise(error);
        }
    }

    @Override
    public String toString() {
        return "HttpServer(" + address() + ", " + state + ", " + connections.count() + " connections)";
    }
}
