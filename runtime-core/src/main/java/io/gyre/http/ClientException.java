package io.gyre.http;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import org.jspecify.annotations.Nullable;

/** A client sent what is no request, took too long to, or went away: what {@link HttpServer#onClientError} is told. */
public final class ClientException extends Exception {

    private static final long serialVersionUID = 1L;

    private final int statusCode;

    ClientException(int statusCode, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.statusCode = statusCode;
    }

    static ClientException of(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new ClientException(414, "the request line is too long", cause);
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new ClientException(431, "the header fields are too long", cause);
        }
        return new ClientException(400, "the request is malformed: " + cause.getMessage(), cause);
    }

    static ClientException ofBody(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new ClientException(413, "the line with the size of a chunk is too long", cause);
        }
        return of(cause);
    }

    static ClientException timeout(String what) {
        return new ClientException(408, "the client took too long to send " + what, null);
    }

    static ClientException inactive(long millis) {
        return new ClientException(
                0, "the client has neither sent anything nor taken what was sent for " + millis + " ms", null);
    }

    /**
     * Returns what the client is answered with.
     *
     * @return 400, 408, 413, 414, 417, 431, 501 or 505; 0 if it is not: the connection is lost, or nothing moves on it
     */
    public int statusCode() {
        return statusCode;
    }
}
