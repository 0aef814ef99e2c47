package io.gyre.http;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The status and the fields of a response, and what follows from them: how its body ends, and what becomes of the connection. */
final class ResponseHead {

    static final byte[] CONNECTION_CLOSE = HeadEncoder.ascii("Connection: close\r\n");
    private static final byte[] KEEP_ALIVE = HeadEncoder.ascii("Connection: keep-alive\r\n");
    private static final byte[] CHUNKED = HeadEncoder.ascii("Transfer-Encoding: chunked\r\n");

    private static final int DATE = 1;
    private static final int TRAILER = 2;
    private static final int CONNECTION = 4;
    private static final int CONTENT_LENGTH = 8;
    private static final int TRANSFER_ENCODING = 16;

    /** What is answered. */
    final HttpRequest request;

    final ResponseHeaders fields = new ResponseHeaders();
    int statusCode = 200;

    @Nullable
    String statusMessage;

    boolean keepsAlive;
    boolean sent;

    /** Whether the client has asked if it may send the body, and was not told to. */
    boolean bodyRefused;

    ResponseHead(HttpRequest request, boolean keepsAlive) {
        this.request = request;
        this.keepsAlive = keepsAlive;
    }

    void checkNotSent(String what) {
        if (sent) {
            throw new IllegalStateException("cannot set " + what + " of " + this + ": the head was sent already");
        }
    }

    /** Becomes the head of the answer to a request whose handler failed. */
    void becomeServerError() {
        keepsAlive = false;
        statusMessage = null;
        statusCode = 500;
        fields.clear();
    }

    /**
     * Puts the head into the encoder and decides about the framing.
     *
     * @param wholeLength of the body, if nothing is to follow it; else -1
     * @param trailers whether there are some, which need chunks
     */
    void encode(HeadEncoder head, DateField date, Framing framing, long wholeLength, boolean trailers) {
        sent = true;
        keepsAlive &= !bodyRefused;
        String message = statusMessage;
        head.begin(message == null ? StatusLine.of(statusCode) : StatusLine.of(statusCode, message));
        int set = trailers ? TRAILER : 0;
        for (int i = 0; i < fields.size(); i++) {
            set |= encode(fields.name(i), fields.value(i), head);
        }
        if ((set & DATE) == 0) {
            head.append(date.line());
        }
        chooseFraming(framing, set, wholeLength, head);
        if ((set & CONNECTION) == 0) {
            if (!keepsAlive || !framing.isDelimited()) {
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
            case 7 -> name.equalsIgnoreCase("Trailer") ? TRAILER : 0;
            case 10 -> name.equalsIgnoreCase("Connection") ? connection(value) : 0;
            case 14 -> name.equalsIgnoreCase("Content-Length") ? CONTENT_LENGTH : 0;
            case 17 -> name.equalsIgnoreCase("Transfer-Encoding") ? TRANSFER_ENCODING : 0;
            default -> 0;
        };
    }

    private int connection(String value) {
        keepsAlive &= !value.toLowerCase(Locale.ROOT).contains("close");
        return CONNECTION;
    }

    private void chooseFraming(Framing framing, int set, long wholeLength, HeadEncoder head) {
        if (HttpMethod.HEAD.equals(request.method()) || StatusLine.hasNoBody(statusCode)) {
            framing.none();
        } else if ((set & TRANSFER_ENCODING) != 0) {
            framing.chunked();
        } else if ((set & CONTENT_LENGTH) != 0) {
            framing.length(declaredLength());
        } else if (wholeLength >= 0 && !((set & TRAILER) != 0 && http11())) {
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
        String value = Objects.requireNonNull(fields.get("Content-Length"));
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

    @Override
    public String toString() {
        return "response " + statusCode + " to " + request.method() + ' ' + request.uri();
    }
}
