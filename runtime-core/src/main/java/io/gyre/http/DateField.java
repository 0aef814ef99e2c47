package io.gyre.http;

import io.gyre.loop.EventLoop;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The line {@code Date: …} of a response, made once a second while there are responses. */
final class DateField {

    /** RFC 9110's IMF-fixdate; the JDK's own RFC 1123 format writes days of one digit. */
    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH);

    private final EventLoop loop;
    private final InstantSource clock;
    private byte @Nullable [] line;

    DateField(EventLoop loop, InstantSource clock) {
        this.loop = loop;
        this.clock = clock;
    }

    /** Returns the whole line with its end, in ASCII. */
    byte[] line() {
        byte[] cached = line;
        return cached == null ? refresh() : cached;
    }

    private byte[] refresh() {
        long now = clock.millis();
        String date = FORMAT.format(clock.instant().atOffset(ZoneOffset.UTC));
        byte[] fresh = ("Date: " + date + "\r\n").getBytes(StandardCharsets.US_ASCII);
        line = fresh;
        loop.setTimeout(() -> line = null, 1000 - Math.floorMod(now, 1000L)).unref();
        return fresh;
    }
}
