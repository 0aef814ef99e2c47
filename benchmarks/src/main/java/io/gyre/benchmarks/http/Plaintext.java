package io.gyre.benchmarks.http;

import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** What every contestant answers: the same three header fields and the same body. */
final class Plaintext {

    static final String BODY = "Hello, World!";
    static final String CONTENT_TYPE = "text/plain";

    private Plaintext() {}

    static byte[] body() {
        return BODY.getBytes(StandardCharsets.US_ASCII);
    }

    static String date() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC));
    }

    static int port(String[] args) {
        return args.length == 0 ? 8080 : Integer.parseInt(args[0]);
    }
}
