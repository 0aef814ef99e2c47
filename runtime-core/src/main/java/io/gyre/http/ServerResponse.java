package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractWritable;
import io.gyre.stream.Callback;
import io.gyre.stream.FileRange;
import io.gyre.stream.ForwardingWritable;
import io.gyre.stream.LentBytes;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request. Its body is the stream that it is; {@link #write} returns false, and a drain event follows,
 * where the client reads more slowly than the program writes.
 *
 * <p><b>Thread.</b> The loop's.
 *
 * <p><b>Order.</b> The head goes out with the first chunk, or with the end if that is all; from then on it cannot be
 * changed. A response that is ended at once carries a {@code Content-Length}; a longer one, and one with
 * {@linkplain #addTrailers trailers}, is chunked unless the program has set that field. A {@code Date} field is added,
 * and no body is sent where HTTP has none: to {@code HEAD}, with 204 and 304.
 *
 * <p>A file's stream that is piped here with nothing between is sent by reference, and not copied.
 *
 * <p><b>Errors.</b> If the client goes away, the response is destroyed: the close event comes without a finish event.
 * A body that is not as long as its {@code Content-Length} destroys the connection.
 *
 * <p><b>Close.</b> Destroying a response that is not finished destroys its connection.
 */
public final class ServerResponse extends ForwardingWritable<Buffer> {

    private static final byte[] CONTINUE = HeadEncoder.ascii("HTTP/1.1 100 Continue\r\n\r\n");

    final Connection connection;
    private final ResponseHead head;
    private final Framing framing = new Framing();
    private boolean finished;
    private boolean disconnected;
    private @Nullable ResponseBody body;
    private @Nullable ResponseHeaders trailers;

    /** Of a body that is ended with its only chunk; -1 where that is not known. */
    private long wholeLength = -1;

    ServerResponse(Connection connection, HttpRequest request, boolean keepAlive) {
        this.connection = connection;
        this.head = new ResponseHead(request, keepAlive);
    }

    // ---- the head

    /**
     * Returns the status code.
     *
     * @return 200 unless another was set
     */
    public int statusCode() {
        return head.statusCode;
    }

    /**
     * Sets the status code.
     *
     * @param code 100 to 999
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse statusCode(int code) {
        head.checkNotSent("the status code");
        head.statusCode = StatusLine.check(code);
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
        head.checkNotSent("the status message");
        ResponseHeaders.checkValue("status message", message);
        head.statusMessage = message;
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
        head.checkNotSent("a header field");
        head.fields.set(name, value);
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
        head.checkNotSent("a header field");
        head.fields.add(name, value);
        return this;
    }

    /**
     * Returns a header field that was set.
     *
     * @param name in any case
     * @return its first value, or null
     */
    public @Nullable String getHeader(String name) {
        return head.fields.get(name);
    }

    /**
     * Tells whether a header field was set.
     *
     * @param name in any case
     * @return true if it was
     */
    public boolean hasHeader(String name) {
        return head.fields.contains(name);
    }

    /**
     * Takes a header field back.
     *
     * @param name in any case
     * @return this
     * @throws IllegalStateException if the head was sent
     */
    public ServerResponse removeHeader(String name) {
        head.checkNotSent("a header field");
        head.fields.remove(name);
        return this;
    }

    /**
     * Returns the header fields that were set.
     *
     * @return a live view
     */
    public Headers headers() {
        return head.fields;
    }

    /**
     * Tells whether the head was sent, so that it can no longer be changed.
     *
     * @return true from the first chunk on
     */
    public boolean headersSent() {
        return head.sent;
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
        fields.forEach(head.fields::set);
        return this;
    }

    /**
     * Tells a client that asked with {@code Expect: 100-continue} to send the body. Only where
     * {@link HttpServerBuilder#autoContinue} leaves that to the handler; an answer without it refuses the body, and ends
     * the connection: nobody could tell whether the client sends the body all the same.
     *
     * @throws IllegalStateException if the head was sent
     */
    public void writeContinue() {
        loop().checkThread("writeContinue");
        if (head.sent) {
            throw new IllegalStateException("cannot ask for the body of " + this + ": the head was sent already");
        }
        if (!disconnected) {
            HeadEncoder interim = connection.output().encoder();
            interim.begin(CONTINUE);
            connection.output().add();
            connection.written();
            head.bodyRefused = false;
        }
    }

    /** Sends the head now, without waiting for the first chunk. */
    public void flushHeaders() {
        if (!head.sent && !finished && !disconnected) {
            add(Buffer.empty());
        }
    }

    // ---- the body

    /**
     * Adds fields that follow a chunked body (Node's {@code addTrailers}). Until the end; a {@code Trailer} field with
     * their names tells the client before. They are dropped where HTTP has no place for them: to {@code HEAD}, to a
     * client of HTTP/1.0 and where the program has set a {@code Content-Length}.
     *
     * @param fields names and values
     * @return this
     * @throws IllegalArgumentException if HTTP does not allow a character, or the field in this place: what frames the
     *     message
     * @throws IllegalStateException if the response has ended
     */
    public ServerResponse addTrailers(Map<String, String> fields) {
        loop().checkThread("addTrailers");
        if (finished) {
            throw new IllegalStateException("cannot add trailers to " + this + ": it has ended already");
        }
        ResponseHeaders all = trailers == null ? new ResponseHeaders() : trailers;
        fields.forEach(all::addTrailer);
        trailers = all;
        return this;
    }

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
        if (body != null || callback != null || head.sent || finished || disconnected) {
            AbstractWritable<Buffer> stream = stream();
            if (chunk != null && !head.sent && stream.isWritable() && stream.writableLength() == 0) {
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
        ResponseBody made = body;
        if (made == null) {
            made = new ResponseBody(this, connection);
            body = made;
            if (finished) {
                made.end();
            } else if (disconnected) {
                made.destroy();
            }
        }
        return made;
    }

    // ---- from the body

    /** Puts a chunk into the output; the head before the first one. */
    void add(Buffer chunk) {
        boolean headFirst = !head.sent;
        if (headFirst) {
            encodeHead(wholeLength);
        }
        framing.add(chunk, headFirst, connection.output());
        connection.written();
    }

    /** Puts lent bytes into the output; the head before them if they are the first. */
    void add(LentBytes bytes) {
        boolean headFirst = !head.sent;
        if (headFirst) {
            encodeHead(wholeLength);
        }
        framing.add(bytes, headFirst, connection.output());
        connection.written();
    }

    /** Sends a range of a file; the head before it if it is the first piece. Null if no body is sent. */
    @Nullable
    ChannelFuture send(FileRange range) {
        boolean headFirst = !head.sent;
        if (headFirst) {
            encodeHead(wholeLength);
        }
        ChannelFuture sent = framing.send(range, headFirst, connection.output());
        if (sent == null) {
            connection.written();
        } else {
            connection.moved();
        }
        return sent;
    }

    /** No chunk follows. */
    void complete() {
        if (finished) {
            return;
        }
        if (!head.sent) {
            encodeHead(0);
            framing.add(Buffer.empty(), true, connection.output());
        }
        finish();
    }

    /** The stream was destroyed. */
    void abandoned() {
        if (!finished && !disconnected) {
            connection.destroy();
        }
    }

    private void finish() {
        framing.end(connection.output(), trailers);
        finished = true;
        connection.responded(head.keepsAlive && framing.isDelimited());
    }

    private void encodeHead(long length) {
        head.encode(connection.output().encoder(), connection.server.date, framing, length, trailers != null);
    }

    // ---- from the connection and the server

    /** The client sends the body only if it is told to. */
    void awaitContinue() {
        head.bodyRefused = true;
    }

    /** The handler threw: says so to the client if that is still possible. */
    void handlerFailed() {
        if (finished || disconnected) {
            return;
        }
        if (head.sent || body != null) {
            destroy();
            return;
        }
        head.becomeServerError();
        trailers = null;
        end(null, null);
    }

    void drained() {
        ResponseBody made = body;
        if (made != null) {
            made.drained();
        }
    }

    void disconnected() {
        disconnected = true;
        ResponseBody made = body;
        if (made != null) {
            made.destroy();
        }
    }

    @Override
    public String toString() {
        return head.toString();
    }
}
