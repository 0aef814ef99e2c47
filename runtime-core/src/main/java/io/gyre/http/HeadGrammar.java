package io.gyre.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

/**
 * What the grammar of a head asks for and Netty's decoder lets pass: a version and a target that are what they seem, and
 * fields that must not be sent twice, since two parties could each believe another one (RFC 9112, sections 3.2 and 6.3).
 *
 * <p>One for each connection, on the loop's thread. What it throws makes the message one that could not be decoded.
 */
final class HeadGrammar {

    private boolean host;
    private boolean contentLength;

    /** A request line begins a head. */
    void requestLine(String method, String target, String version) {
        host = false;
        contentLength = false;
        if (!version.startsWith("HTTP/")) {
            throw new IllegalArgumentException("'" + version + "' is no version of HTTP");
        }
        checkCharacters(target);
        if (!isPath(target) && !isUrl(target) && !method.equals("CONNECT")) {
            throw new IllegalArgumentException("the request target '" + target + "' is neither a path nor a URL");
        }
    }

    /** A field's name was read, in a head or among the trailers. */
    void field(AsciiString name) {
        int length = name.length();
        if (length == HttpHeaderNames.HOST.length() && HttpHeaderNames.HOST.contentEqualsIgnoreCase(name)) {
            if (host) {
                throw new IllegalArgumentException("there is more than one Host field");
            }
            host = true;
        } else if (length == HttpHeaderNames.CONTENT_LENGTH.length()
                && HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
            if (contentLength) {
                throw new IllegalArgumentException("there is more than one Content-Length field");
            }
            contentLength = true;
        }
    }

    private static void checkCharacters(String target) {
        for (int i = 0; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c <= ' ' || c >= 0x7f) {
                throw new IllegalArgumentException("the request target has the character 0x" + Integer.toHexString(c)
                        + " at " + i + ", which must be percent-encoded");
            }
        }
    }

    private static boolean isPath(String target) {
        return target.startsWith("/") || target.equals("*");
    }

    private static boolean isUrl(String target) {
        int scheme = target.indexOf("://");
        for (int i = 0; i < scheme; i++) {
            char c = target.charAt(i);
            boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            boolean other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !other)) {
                return false;
            }
        }
        return scheme > 0;
    }
}
