package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Callback;
import io.gyre.stream.ForwardingReadable;
import io.gyre.stream.StreamOptions;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A request that a server received. Its body is the stream that it is; a body that waits to be read holds up the client
 * once the high-water mark is reached.
 *
 * <p><b>Thread.</b> The loop's.
 *
 * <p><b>Order.</b> The head is complete when the handler is called; chunks of the body, {@link #trailers} and the end
 * event follow. What of the body nobody read by the end of the response is dropped.
 *
 * <p><b>Errors.</b> If the client goes away before the body is complete, the stream is destroyed; only listeners that
 * exist are told the error, since a program that does not read the body has no use for it.
 *
 * <p><b>Close.</b> Destroying a request whose body is still arriving destroys its connection.
 */
public final class IncomingMessage extends ForwardingReadable<Buffer> {

    private final Connection connection;
    private final HttpRequest head;
    private @Nullable RequestHeaders headers;
    private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;
    private @Nullable Body body;
    private boolean complete;
    private boolean aborted;
    private boolean dumped;
    private boolean full;
    private int errorListeners;

    IncomingMessage(Connection connection, HttpRequest head, boolean complete) {
        this.connection = connection;
        this.head = head;
        this.complete = complete;
    }

    /**
     * Returns the method.
     *
     * @return such as {@code GET}, as it was sent
     */
    public String method() {
        return head.method().name();
    }

    /**
     * Returns what is requested.
     *
     * @return path and query as they were sent, neither decoded nor checked
     */
    public String url() {
        return head.uri();
    }

    /**
     * Returns the path part of {@link #url}.
     *
     * @return decoded: without query, percent escapes resolved as UTF-8. Check it before it becomes part of a file's
     *     name; it may hold {@code ..}
     * @throws IllegalArgumentException if an escape is malformed
     */
    public String path() {
        return new QueryStringDecoder(head.uri()).path();
    }

    /**
     * Returns the query part of {@link #url}.
     *
     * @return not decoded; null if there is no question mark
     */
    public @Nullable String query() {
        String url = head.uri();
        int mark = url.indexOf('?');
        if (mark < 0) {
            return null;
        }
        int fragment = url.indexOf('#', mark);
        return fragment < 0 ? url.substring(mark + 1) : url.substring(mark + 1, fragment);
    }

    /**
     * Returns the version of HTTP that the client speaks.
     *
     * @return {@code 1.0} or {@code 1.1}
     */
    public String httpVersion() {
        return head.protocolVersion().majorVersion() + "."
                + head.protocolVersion().minorVersion();
    }

    /**
     * Returns the header fields.
     *
     * @return not to be changed
     */
    public Headers headers() {
        RequestHeaders made = headers;
        if (made == null) {
            made = new RequestHeaders(head.headers());
            headers = made;
        }
        return made;
    }

    /**
     * Returns one header field.
     *
     * @param name in any case
     * @return its first value, or null
     */
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }

    /**
     * Returns the fields that came after a chunked body.
     *
     * @return empty until the end event, and for most clients after it
     */
    public Headers trailers() {
        return new RequestHeaders(trailers);
    }

    /**
     * Tells whether the whole request was received.
     *
     * @return true also if the body was not read yet
     */
    public boolean isComplete() {
        return complete;
    }

    /**
     * Returns the connection that the request came on.
     *
     * @return the same for all requests of a connection
     */
    public HttpConnection connection() {
        return connection;
    }

    /**
     * Returns the client's address.
     *
     * @return null if the connection is closed already
     */
    public @Nullable InetSocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public EventLoop loop() {
        return connection.server.loop();
    }

    @Override
    public Registration onError(Consumer<? super Throwable> listener) {
        Registration added = super.onError(listener);
        errorListeners++;
        return () -> {
            added.remove();
            errorListeners--;
        };
    }

    @Override
    protected AbstractReadable<Buffer> stream() {
        return body();
    }

    private Body body() {
        Body made = body;
        if (made == null) {
            made = new Body();
            body = made;
            if (aborted) {
                made.destroy();
            } else if (complete || dumped) {
                made.finish();
            }
        }
        return made;
    }

    // ---- from the connection

    /** Whether the next part of the body has room. */
    boolean takesMore() {
        return !full || dumped;
    }

    void received(ByteBuf bytes) {
        if (!dumped) {
            full = !body().offer(Buffer.copyOf(bytes));
        }
    }

    void complete(HttpHeaders after) {
        complete = true;
        trailers = after;
        Body made = body;
        if (made != null) {
            made.finish();
        }
    }

    /** The response is complete: drops the rest of the body unless somebody reads it. */
    void dumpIfUnread() {
        Body made = body;
        if (made == null || !(made.isFlowing() || made.isPaused() || made.isReadableDidRead())) {
            dump();
        }
    }

    /** Drops the rest of the body. */
    void dump() {
        dumped = true;
        Body made = body;
        if (made != null) {
            made.resume();
            made.finish();
        }
        connection.wantsInput();
    }

    void disconnected(Throwable why) {
        aborted = true;
        Body made = body;
        if (made != null) {
            made.destroy(errorListeners == 0 ? null : why);
        }
    }

    @Override
    public String toString() {
        return method() + ' ' + url();
    }

    /** The stream, made when somebody asks for it or when the body begins to arrive. */
    private final class Body extends AbstractReadable<Buffer> {

        private boolean finished;

        Body() {
            super(
                    connection.server.loop(),
                    StreamOptions.bytes().highWaterMark(connection.server.options.highWaterMark));
        }

        boolean offer(Buffer chunk) {
            return isDestroyed() || push(chunk);
        }

        void finish() {
            if (!finished) {
                finished = true;
                pushEnd();
            }
        }

        @Override
        protected void doRead(int n) {
            if (full) {
                full = false;
                connection.wantsInput();
            }
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            if (!complete && !dumped && !aborted) {
                connection.destroy();
            }
            callback.call(error);
        }
    }
}
