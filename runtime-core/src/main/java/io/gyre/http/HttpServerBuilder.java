package io.gyre.http;

import io.gyre.loop.EventLoop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;

/** The limits of a server; the defaults are Node's. Not thread-safe; may be used for more than one server. */
public final class HttpServerBuilder {

    final EventLoop loop;
    int maxUrlLength = 16 * 1024;
    int maxHeaderSize = 16 * 1024;
    int highWaterMark = 64 * 1024;
    long headersTimeoutMillis = 60_000;
    long requestTimeoutMillis = 300_000;
    long keepAliveTimeoutMillis = 5_000;

    /** 0 for none. */
    long timeoutMillis;

    boolean autoContinue = true;
    int maxConnections = Integer.MAX_VALUE;
    int backlog = 511;
    InstantSource clock = InstantSource.system();

    HttpServerBuilder(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
    }

    /**
     * Bounds the request line; longer ones are answered with 414.
     *
     * @param bytes above 0; 16 KiB by default
     * @return this
     */
    public HttpServerBuilder maxUrlLength(int bytes) {
        maxUrlLength = positive("maxUrlLength", bytes);
        return this;
    }

    /**
     * Bounds all header fields of a request together; more is answered with 431.
     *
     * @param bytes above 0; 16 KiB by default
     * @return this
     */
    public HttpServerBuilder maxHeaderSize(int bytes) {
        maxHeaderSize = positive("maxHeaderSize", bytes);
        return this;
    }

    /**
     * Sets how much of a body is held back before its source is told to wait: the client of a request whose body is
     * not read, the writer of a response whose client does not read.
     *
     * @param bytes above 0; 64 KiB by default
     * @return this
     */
    public HttpServerBuilder highWaterMark(int bytes) {
        highWaterMark = positive("highWaterMark", bytes);
        return this;
    }

    /**
     * Bounds the time that a client may take to send the head of a request; then it is answered with 408.
     *
     * @param time above 0; 60 seconds by default
     * @return this
     */
    public HttpServerBuilder headersTimeout(Duration time) {
        headersTimeoutMillis = positive("headersTimeout", time);
        return this;
    }

    /**
     * Bounds the time that a client may take to send a whole request; then it is answered with 408. Time during which
     * the program does not read the body counts too.
     *
     * @param time above 0; 300 seconds by default
     * @return this
     */
    public HttpServerBuilder requestTimeout(Duration time) {
        requestTimeoutMillis = positive("requestTimeout", time);
        return this;
    }

    /**
     * Bounds the time that a connection stays open between two requests.
     *
     * @param time above 0; 5 seconds by default
     * @return this
     */
    public HttpServerBuilder keepAliveTimeout(Duration time) {
        keepAliveTimeoutMillis = positive("keepAliveTimeout", time);
        return this;
    }

    /**
     * Bounds the time during which nothing moves on a connection while a request is under way or its answer is being
     * sent (Node's {@code server.timeout}): nothing comes from the client, and it takes nothing of what waits to be sent.
     * Then the connection is destroyed. A client that has stopped to read is not waited for longer than this; a handler
     * that answers later than this is too late.
     *
     * @param time above 0; unbounded by default, as in Node
     * @return this
     */
    public HttpServerBuilder timeout(Duration time) {
        timeoutMillis = positive("timeout", time);
        return this;
    }

    /**
     * Chooses who answers a client that asks, with {@code Expect: 100-continue}, before it sends a body: the server at
     * once, or the handler with {@link ServerResponse#writeContinue} or a final answer (a {@code checkContinue} listener,
     * in Node).
     *
     * @param byServer true by default
     * @return this
     */
    public HttpServerBuilder autoContinue(boolean byServer) {
        autoContinue = byServer;
        return this;
    }

    /**
     * Bounds the connections that are open at a time; further ones are closed as soon as they are accepted.
     *
     * @param count above 0; unbounded by default
     * @return this
     */
    public HttpServerBuilder maxConnections(int count) {
        maxConnections = positive("maxConnections", count);
        return this;
    }

    /**
     * Sets how many connections the system may hold before they are accepted.
     *
     * @param count above 0; 511 by default
     * @return this
     */
    public HttpServerBuilder backlog(int count) {
        backlog = positive("backlog", count);
        return this;
    }

    /** What a server keeps: later changes of this builder are not its own. */
    HttpServerBuilder copy() {
        HttpServerBuilder copy = new HttpServerBuilder(loop);
        copy.maxUrlLength = maxUrlLength;
        copy.maxHeaderSize = maxHeaderSize;
        copy.highWaterMark = highWaterMark;
        copy.headersTimeoutMillis = headersTimeoutMillis;
        copy.requestTimeoutMillis = requestTimeoutMillis;
        copy.keepAliveTimeoutMillis = keepAliveTimeoutMillis;
        copy.timeoutMillis = timeoutMillis;
        copy.autoContinue = autoContinue;
        copy.maxConnections = maxConnections;
        copy.backlog = backlog;
        copy.clock = clock;
        return copy;
    }

    long shortestTimeoutMillis() {
        long shortest = Math.min(keepAliveTimeoutMillis, Math.min(headersTimeoutMillis, requestTimeoutMillis));
        return timeoutMillis == 0 ? shortest : Math.min(shortest, timeoutMillis);
    }

    /** Replaces the clock of the {@code Date} field, for tests. */
    HttpServerBuilder clock(InstantSource value) {
        clock = value;
        return this;
    }

    /**
     * Makes the server. It does not listen yet.
     *
     * @param handler answers the requests
     * @return a server on the builder's loop
     */
    public HttpServer create(RequestHandler handler) {
        return new HttpServer(this, Objects.requireNonNull(handler, "handler"));
    }

    private static int positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be above 0, but is " + value);
        }
        return value;
    }

    private static long positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be above 0, but is " + value);
        }
        return Math.max(1, value.toMillis());
    }
}
