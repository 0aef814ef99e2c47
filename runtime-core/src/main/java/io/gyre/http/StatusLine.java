package io.gyre.http;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/** The first line of a response, in bytes. */
final class StatusLine {

    private static final int LOWEST = 100;
    private static final int HIGHEST = 999;
    private static final byte[][] LINES = new byte[HIGHEST - LOWEST + 1][];

    private StatusLine() {}

    /** Checks a status code that a program set. */
    static int check(int code) {
        if (code < LOWEST || code > HIGHEST) {
            throw new IllegalArgumentException("status code " + code + " is not between 100 and 999");
        }
        return code;
    }

    /** Returns the line with its end. Loops may fill the same entry at the same time; they fill it with the same. */
    static byte[] of(int code) {
        byte[] line = LINES[code - LOWEST];
        if (line == null) {
            line = of(code, HttpResponseStatus.valueOf(code).reasonPhrase());
            LINES[code - LOWEST] = line;
        }
        return line;
    }

    static byte[] of(int code, String reason) {
        return ("HTTP/1.1 " + code + ' ' + reason + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether responses of this code have no body, whatever their fields say. */
    static boolean hasNoBody(int code) {
        return code == 204 || code == 304 || code < 200;
    }
}
