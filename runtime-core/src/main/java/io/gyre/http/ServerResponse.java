package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.FileRange;
import io.gyre.stream.ForwardingWritable;
import io.gyre.stream.StreamOptions;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request. Its body is the stream that it is; {@link #write} returns false, and a drain event follows,
 * where the client reads more slowly than the program writes.
 *
 * <p><b>Thread.</b> The loop's.
 *
 * <p><b>Order.</b> The head goes out with the first chunk, or with the end if that is all; from then on it cannot be
 * changed. A response that is ended at once carries a {@code Content-Length}; a longer one is chunked unless the program
 * has set that field. A {@code Date} field is added, and no body is sent where HTTP has none: to {@code HEAD}, with 204
 * and 304.
 *
 * <p>A file's stream that is piped here with nothing between is sent by reference, and not copied.
 *
 * <p><b>Errors.</b> If the client goes away, the response is destroyed: the close event comes without a finish event.
 * A body that is not as long as its {@code Content-Length} destroys the connection.
 *
 * <p><b>Close.</b> Destroying a response that is not finished destroys its connection.
 */
public final class ServerResponse extends ForwardingWritable<Buffer> {

    static final byte[] CONNECTION_CLOSE = HeadEncoder.ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = HeadEncoder.ascii("Connection: keep-alive\r\n");
    private static final byte[] CONTINUE = HeadEncoder.ascii("HTTP/1.1 100 Continue\r\n\r\n");

    private static final byte[] CHUNKED = HeadEncoder.ascii("Transfer-Encoding: chunked\r\n");

    private static final int DATE = 1;
    private static final int CONNECTION = 2;
    private static final int CONTENT_LENGTH = 4;
    private static final int TRANSFER_ENCODING = 8;

    final Connection connection;
    private final HttpRequest request;
    private final ResponseHeaders headers = new ResponseHeaders();
    private final Framing framing = new Framing();
    private int statusCode = 200;
    private @Nullable String statusMessage;
    private boolean keepAlive;
    private boolean headersSent;
    private boolean finished;
    private boolean disconnected;
    private @Nullable Body body;

    /** Of a body that is ended with its only chunk; -1 where that is not known. */
    private long wholeLength = -1;

    /** Of the chunk that the client has no room for yet. */
    private @Nullable Callback waiting;

    ServerResponse(Connection connection, HttpRequest request, boolean keepAlive) {
        this.connection = connection;
        this.request = request;
        this.keepAlive = keepAlive;
    }

    // ---- the head

    /**
     * Returns the status code.
     *
     * @return 200 unless another was set
     */
    public int statusCode() {
        return statusCode;
    }

    /**
     * Sets the status code.
     *
     * @param code 100 to 999
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse statusCode(int code) {
        checkNotSent("the status code");
        statusCode = StatusLine.check(code);
        return this;
    }

    /**
     * Sets the text after the status code; without it, the usual one for the code is sent.
     *
     * @param message printable
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse statusMessage(String message) {
        checkNotSent("the status message");
        ResponseHeaders.checkValue("status message", message);
        statusMessage = message;
        return this;
    }

    /**
     * Sets a header field in place of those of the same name.
     *
     * @param name in the case in which it is to be sent
     * @param value without line breaks
     * @return this
     * @throws IllegalArgumentException if either holds characters that HTTP does not allow
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse setHeader(String name, String value) {
        checkNotSent("a header field");
        headers.set(name, value);
        return this;
    }

    /**
     * Sets a header field to a number.
     *
     * @param name in the case in which it is to be sent
     * @param value in decimal
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse setHeader(String name, long value) {
        return setHeader(name, Long.toString(value));
    }

    /**
     * Adds a header field beside those of the same name.
     *
     * @param name in the case in which it is to be sent
     * @param value without line breaks
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse appendHeader(String name, String value) {
        checkNotSent("a header field");
        headers.add(name, value);
        return this;
    }

    /**
     * Returns a header field that was set.
     *
     * @param name in any case
     * @return its first value, or null
     */
    public @Nullable String getHeader(String name) {
        return headers.get(name);
    }

    /**
     * Tells whether a header field was set.
     *
     * @param name in any case
     * @return true if it was
     */
    public boolean hasHeader(String name) {
        return headers.contains(name);
    }

    /**
     * Takes a header field back.
     *
     * @param name in any case
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse removeHeader(String name) {
        checkNotSent("a header field");
        headers.remove(name);
        return this;
    }

    /**
     * Returns the header fields that were set.
     *
     * @return a live view
     */
    public Headers headers() {
        return headers;
    }

    /**
     * Tells whether the head was sent, so that it can no longer be changed.
     *
     * @return true from the first chunk on
     */
    public boolean headersSent() {
        return headersSent;
    }

    /**
     * Sets the status code.
     *
     * @param code 100 to 999
     * @return this
     */
    public ServerResponse writeHead(int code) {
        return statusCode(code);
    }

    /**
     * Sets the status code and some header fields.
     *
     * @param code 100 to 999
     * @param fields added to those that were set, in place of those of the same name
     * @return this
     */
    public ServerResponse writeHead(int code, Map<String, String> fields) {
        statusCode(code);
        fields.forEach(headers::set);
        return this;
    }

    /** Sends the head now, without waiting for the first chunk. */
    public void flushHeaders() {
        if (!headersSent && !finished && !disconnected) {
            add(Buffer.empty());
        }
    }

    private void checkNotSent(String what) {
        if (headersSent) {
            throw new IllegalStateException("cannot set " + what + " of " + this + ": the head was sent already");
        }
    }

    // ---- the body

    /**
     * Writes a text in UTF-8.
     *
     * @param text a chunk
     * @return false if the writer should wait for the drain event
     */
    public boolean write(String text) {
        return write(Buffer.utf8(text));
    }

    /**
     * Writes a text in UTF-8 and says that no more will come.
     *
     * @param text the last chunk
     */
    public void end(String text) {
        end(Buffer.utf8(text), null);
    }

    /** {@inheritDoc} Where nothing was written or listened to before, head and body go out as one, without a stream. */
    @Override
    public void end(@Nullable Buffer chunk, @Nullable Callback callback) {
        if (body != null || callback != null || headersSent || finished || disconnected) {
            AbstractWritable<Buffer> stream = stream();
            if (chunk != null && !headersSent && stream.isWritable() && stream.writableLength() == 0) {
                wholeLength = chunk.length();
            }
            stream.end(chunk, callback);
            return;
        }
        loop().checkThread("end");
        Buffer whole = chunk == null ? Buffer.empty() : chunk;
        try {
            encodeHead(whole.length());
            framing.add(whole, true, connection.output());
            finish();
        } catch (IllegalStateException e) {
            connection.destroy();
            throw e;
        }
    }

    @Override
    public EventLoop loop() {
        return connection.server.loop();
    }

    @Override
    protected AbstractWritable<Buffer> stream() {
        Body made = body;
        if (made == null) {
            made = new Body();
            body = made;
            if (finished) {
                made.end();
            } else if (disconnected) {
                made.destroy();
            }
        }
        return made;
    }

    /** Puts a chunk into the output; the head before the first one. */
    private void add(Buffer chunk) {
        boolean headFirst = !headersSent;
        if (headFirst) {
            encodeHead(wholeLength);
        }
        framing.add(chunk, headFirst, connection.output());
        connection.written();
    }

    /** Sends a range of a file; the head before it if it is the first piece. Null if no body is sent. */
    private @Nullable ChannelFuture send(FileRange range) {
        boolean headFirst = !headersSent;
        if (headFirst) {
            encodeHead(wholeLength);
        }
        ChannelFuture sent = framing.send(range, headFirst, connection.output());
        if (sent == null) {
            connection.written();
        }
        return sent;
    }

    private void finish() {
        framing.end(connection.output());
        finished = true;
        connection.responded(keepAlive && framing.isDelimited());
    }

    private void encodeHead(long wholeLength) {
        headersSent = true;
        HeadEncoder head = connection.output().encoder();
        String message = statusMessage;
        head.begin(message == null ? StatusLine.of(statusCode) : StatusLine.of(statusCode, message));
        int set = 0;
        for (int i = 0; i < headers.size(); i++) {
            set |= encode(headers.name(i), headers.value(i), head);
        }
        if ((set & DATE) == 0) {
            head.append(connection.server.date.line());
        }
        chooseFraming(set, wholeLength, head);
        if ((set & CONNECTION) == 0) {
            if (!keepAlive || !framing.isDelimited()) {
                head.append(CONNECTION_CLOSE);
            } else if (!http11()) {
                head.append(KEEP_ALIVE);
            }
        }
        head.end();
    }

    /** Encodes a field and tells which of those it is that the head depends on. */
    private int encode(String name, String value, HeadEncoder head) {
        head.field(name, value);
        return switch (name.length()) {
            case 4 -> name.equalsIgnoreCase("Date") ? DATE : 0;
            case 10 -> name.equalsIgnoreCase("Connection") ? connection(value) : 0;
            case 14 -> name.equalsIgnoreCase("Content-Length") ? CONTENT_LENGTH : 0;
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding") ? TRANSFER_ENCODING : 0;
            default -> 0;
        };
    }

    private int connection(String value) {
        keepAlive &= !value.toLowerCase(Locale.ROOT).contains("close");
        return CONNECTION;
    }

    private void chooseFraming(int set, long wholeLength, HeadEncoder head) {
        if (HttpMethod.HEAD.equals(request.method()) || StatusLine.hasNoBody(statusCode)) {
            framing.none();
        } else if ((set & TRANSFER_ENCODING) != 0) {
            framing.chunked();
        } else if ((set & CONTENT_LENGTH) != 0) {
            framing.length(declaredLength());
        } else if (wholeLength >= 0) {
            framing.length(wholeLength);
            head.contentLength(wholeLength);
        } else if (http11()) {
            framing.chunked();
            head.append(CHUNKED);
        } else {
            framing.untilClose();
        }
    }

    private boolean http11() {
        return HttpVersion.HTTP_1_1.equals(request.protocolVersion());
    }

    private long declaredLength() {
        String value = Objects.requireNonNull(headers.get("Content-Length"));
        try {
            long length = Long.parseLong(value);
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException e) {
            throw new IllegalStateException("Content-Length of " + this + " is no number: '" + value + "'", e);
        }
        throw new IllegalStateException("Content-Length of " + this + " is negative: " + value);
    }

    // ---- from the connection and the server

    void writeContinue() {
        HeadEncoder interim = connection.output().encoder();
        interim.begin(CONTINUE);
        connection.output().add();
        connection.written();
    }

    /** The handler threw: says so to the client if that is still possible. */
    void handlerFailed() {
        if (finished || disconnected) {
            return;
        }
        if (headersSent || body != null) {
            destroy();
            return;
        }
        keepAlive = false;
        statusMessage = null;
        statusCode = 500;
        headers.clear();
        end(null, null);
    }

    void drained() {
        Callback held = waiting;
        if (held != null && !connection.output().isFull()) {
            waiting = null;
            held.done();
        }
    }

    void disconnected() {
        disconnected = true;
        Body made = body;
        if (made != null) {
            made.destroy();
        }
    }

    @Override
    public String toString() {
        return "response " + statusCode + " to " + request.method() + ' ' + request.uri();
    }

    /** The stream, made when the response is not simply ended. */
    private final class Body extends AbstractWritable<Buffer> {

        Body() {
            super(
                    connection.server.loop(),
                    StreamOptions.bytes().highWaterMark(connection.server.options.highWaterMark));
        }

        @Override
        protected void doWrite(Buffer chunk, Callback callback) {
            try {
                add(chunk);
            } catch (IllegalStateException e) {
                callback.call(e);
                return;
            }
            awaitRoom(callback);
        }

        @Override
        protected void doWritev(List<Buffer> chunks, Callback callback) {
            try {
                chunks.forEach(ServerResponse.this::add);
            } catch (IllegalStateException e) {
                callback.call(e);
                return;
            }
            awaitRoom(callback);
        }

        @Override
        protected boolean takesRanges() {
            return connection.sendsRanges();
        }

        @Override
        protected void doWriteRange(FileRange range, Callback callback) {
            ChannelFuture sending;
            try {
                sending = send(range);
            } catch (IllegalStateException e) {
                range.release();
                callback.call(e);
                return;
            }
            if (sending == null) {
                range.release();
                callback.done();
            } else {
                sending.addListener(sent -> rangeSent(range, sent.cause(), callback));
            }
        }

        private void rangeSent(FileRange range, @Nullable Throwable cause, Callback callback) {
            Throwable failure = cause == null ? null : range.failure(cause);
            range.release();
            if (failure == null || (failure != cause && !isDestroyed())) {
                // Netty only logs what leaves a listener.
                connection.server.call(() -> callback.call(failure));
            } else if (!isDestroyed()) {
                connection.failed(failure);
            }
        }

        private void awaitRoom(Callback callback) {
            Output output = connection.output();
            if (output.isFull()) {
                output.flush();
            }
            if (output.isFull()) {
                waiting = callback;
            } else {
                callback.done();
            }
        }

        @Override
        protected void doFinal(Callback callback) {
            try {
                complete();
            } catch (IllegalStateException e) {
                callback.call(e);
                return;
            }
            callback.done();
        }

        private void complete() {
            if (finished) {
                return;
            }
            if (!headersSent) {
                encodeHead(0);
                framing.add(Buffer.empty(), true, connection.output());
            }
            finish();
        }

        @Override
        protected void doDestroy(@Nullable Throwable error, Callback callback) {
            waiting = null;
            if (!finished && !disconnected) {
                connection.destroy();
            }
            callback.call(error);
        }
    }
}
