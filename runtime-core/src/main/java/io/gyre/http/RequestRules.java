package io.gyre.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/** What the head of a request says about the connection, and what HTTP forbids beyond its grammar. */
final class RequestRules {

    private static final RequestRules PLAIN = new RequestRules(true, false, null);
    private static final RequestRules LAST = new RequestRules(false, false, null);

    private final boolean keepsAlive;
    private final boolean expectsContinue;
    private final @Nullable ClientException violation;

    private RequestRules(boolean keepsAlive, boolean expectsContinue, @Nullable ClientException violation) {
        this.keepsAlive = keepsAlive;
        this.expectsContinue = expectsContinue;
        this.violation = violation;
    }

    static RequestRules of(HttpRequest head, boolean complete) {
        HttpHeaders fields = head.headers();
        boolean http11 = HttpVersion.HTTP_1_1.equals(head.protocolVersion());
        if (http11 && !fields.contains(HttpHeaderNames.HOST)) {
            return violation(400, "a request of HTTP/1.1 has no Host field");
        }
        if (!http11 && !HttpVersion.HTTP_1_0.equals(head.protocolVersion())) {
            return violation(505, "version " + head.protocolVersion() + " is neither HTTP/1.1 nor HTTP/1.0");
        }
        if (HttpMethod.CONNECT.equals(head.method())) {
            return violation(501, "CONNECT to " + head.uri() + ": this server makes no tunnels");
        }
        boolean keepsAlive = keepsAlive(fields, http11);
        if (http11 && fields.contains(HttpHeaderNames.EXPECT)) {
            String expectation = fields.get(HttpHeaderNames.EXPECT);
            if (!HttpHeaderValues.CONTINUE.contentEqualsIgnoreCase(expectation)) {
                return violation(417, "the expectation '" + expectation + "' is not 100-continue");
            }
            return new RequestRules(keepsAlive, !complete, null);
        }
        return keepsAlive ? PLAIN : LAST;
    }

    private static boolean keepsAlive(HttpHeaders fields, boolean http11) {
        if (!fields.contains(HttpHeaderNames.CONNECTION)) {
            return http11;
        }
        if (fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true)) {
            return false;
        }
        return http11 || fields.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true);
    }

    private static RequestRules violation(int status, String message) {
        return new RequestRules(false, false, new ClientException(status, message, null));
    }

    boolean keepsAlive() {
        return keepsAlive;
    }

    boolean expectsContinue() {
        return expectsContinue;
    }

    @Nullable
    ClientException violation() {
        return violation;
    }
}
