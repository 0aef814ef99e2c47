package io.gyre.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

/**
 * UTF-8 as the WHATWG Encoding Standard has it, and Node: a malformed sequence becomes one U+FFFD for each maximal part
 * that could have begun a character, and so does a surrogate without its partner. The JDK's own coders, which do the
 * work where nothing is malformed, count some of them differently and write {@code ?} for surrogates.
 */
final class Utf8 {

    static final char REPLACEMENT = '\ufffd';

    private Utf8() {}

    static byte[] encode(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        // Whatever the JDK could not encode has left at least one question mark.
        int lone = ByteScan.indexOf(bytes, 0, bytes.length, (byte) '?') < 0 ? -1 : loneSurrogate(text, 0);
        if (lone < 0) {
            return bytes;
        }
        StringBuilder mended = new StringBuilder(text);
        for (int at = lone; at >= 0; at = loneSurrogate(text, at + 1)) {
            mended.setCharAt(at, REPLACEMENT);
        }
        return mended.toString().getBytes(UTF_8);
    }

    private static int loneSurrogate(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return i;
                }
            }
        }
        return -1;
    }

    static String decode(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, UTF_8);
        // Whatever was malformed has left at least one replacement; in a text of Latin letters there can be none.
        return text.indexOf(REPLACEMENT) < 0 ? text : decodeMalformed(bytes, from, to);
    }

    private static String decodeMalformed(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder(to - from);
        int at = from;
        while (at < to) {
            int lead = bytes[at++] & 0xff;
            if (lead < 0x80) {
                text.append((char) lead);
                continue;
            }
            int missing = continuations(lead);
            if (missing < 0) {
                text.append(REPLACEMENT);
                continue;
            }
            int point = lead & (0x3f >> missing);
            int lower = lowestSecond(lead);
            int upper = highestSecond(lead);
            while (missing > 0 && at < to && (bytes[at] & 0xff) >= lower && (bytes[at] & 0xff) <= upper) {
                point = (point << 6) | (bytes[at++] & 0x3f);
                lower = 0x80;
                upper = 0xbf;
                missing--;
            }
            text.appendCodePoint(missing == 0 ? point : REPLACEMENT);
        }
        return text.toString();
    }

    /** How many bytes follow a leading one; -1 if it cannot lead. */
    private static int continuations(int lead) {
        if (lead < 0xc2 || lead > 0xf4) {
            return -1;
        }
        return lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    }

    /** Anything lower would be a longer form than necessary. */
    private static int lowestSecond(int lead) {
        return lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    }

    /** Anything higher would be a surrogate, or beyond the last code point. */
    private static int highestSecond(int lead) {
        return lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    }
}
