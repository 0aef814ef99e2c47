package io.gyre.buffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * Base64 as Node reads it: either alphabet, anything else skipped, the end at the first {@code =}, and padding as well
 * as the last bits may be missing. Of a character beyond Latin-1 the lower byte counts.
 */
final class Base64Text {

    private static final byte[] VALUES = values();

    private Base64Text() {}

    private static byte[] values() {
        byte[] values = new byte[256];
        Arrays.fill(values, (byte) -1);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < alphabet.length(); i++) {
            values[alphabet.charAt(i)] = (byte) i;
        }
        values['-'] = values['+'];
        values['_'] = values['/'];
        return values;
    }

    static String encode(byte[] bytes, int from, int to, Base64.Encoder encoder) {
        ByteBuffer text = encoder.encode(ByteBuffer.wrap(bytes, from, to - from));
        return new String(text.array(), text.arrayOffset() + text.position(), text.remaining(), ISO_8859_1);
    }

    /** The number of bytes that a text without characters to skip stands for. */
    static int byteLength(String text) {
        int digits = text.length();
        if (digits > 0 && text.charAt(digits - 1) == '=') {
            digits--;
        }
        if (digits > 1 && text.charAt(digits - 1) == '=') {
            digits--;
        }
        return (int) ((digits * 3L) >>> 2);
    }

    static byte[] decode(String text) {
        byte[] bytes = new byte[byteLength(text)];
        int count = 0;
        int bits = 0;
        int held = 0;
        for (int i = 0; i < text.length() && count < bytes.length; i++) {
            char c = text.charAt(i);
            if ((c & 0xff) == '=') {
                break;
            }
            int value = VALUES[c & 0xff];
            if (value < 0) {
                continue;
            }
            held = (held << 6) | value;
            bits += 6;
            if (bits >= Byte.SIZE) {
                bits -= Byte.SIZE;
                bytes[count++] = (byte) (held >> bits);
            }
        }
        return count == bytes.length ? bytes : Arrays.copyOf(bytes, count);
    }
}
