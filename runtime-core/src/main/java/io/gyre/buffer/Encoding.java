package io.gyre.buffer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A way to write text as bytes or bytes as text, with Node's rules for what is malformed: nothing ever fails.
 *
 * <p>Any thread may use these; they hold nothing.
 */
public enum Encoding {
    /** Unicode, 1 to 4 bytes a character. Malformed bytes and lone surrogates become U+FFFD, as WHATWG says. */
    UTF8("utf8") {
        @Override
        byte[] bytes(String text) {
            return Utf8.encode(text);
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            return Utf8.decode(bytes, from, to);
        }

        @Override
        int whole(byte[] bytes, int most) {
            int end = most;
            while (end > 0 && end < bytes.length && (bytes[end] & 0xc0) == 0x80) {
                end--;
            }
            return end;
        }

        @Override
        int byteLength(String text) {
            int count = 0;
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                count += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
                if (Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1))) {
                    count++;
                    i++;
                }
            }
            return count;
        }
    },

    /** Each {@code char} as 2 bytes, the lower one first. Lone surrogates stay as they are; an odd byte is dropped. */
    UTF16LE("utf16le") {
        @Override
        byte[] bytes(String text) {
            byte[] bytes = new byte[Math.multiplyExact(text.length(), 2)];
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                bytes[2 * i] = (byte) c;
                bytes[2 * i + 1] = (byte) (c >> Byte.SIZE);
            }
            return bytes;
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            char[] text = new char[(to - from) / 2];
            for (int i = 0; i < text.length; i++) {
                text[i] = (char) ((bytes[from + 2 * i] & 0xff) | (bytes[from + 2 * i + 1] << Byte.SIZE));
            }
            return new String(text);
        }

        @Override
        int whole(byte[] bytes, int most) {
            return most & -2;
        }

        @Override
        int byteLength(String text) {
            return text.length() * 2;
        }
    },

    /** A byte for each {@code char}, whose lower byte it is; Node's {@code binary} too. */
    LATIN1("latin1") {
        @Override
        byte[] bytes(String text) {
            return lowerBytes(text);
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            return new String(bytes, from, to - from, ISO_8859_1);
        }
    },

    /** As {@link #LATIN1}, but decoding ignores the highest bit. */
    ASCII("ascii") {
        @Override
        byte[] bytes(String text) {
            return lowerBytes(text);
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            byte[] low = Arrays.copyOfRange(bytes, from, to);
            for (int i = 0; i < low.length; i++) {
                low[i] &= 0x7f;
            }
            return new String(low, ISO_8859_1);
        }
    },

    /** Base64 with padding. Decoding takes either alphabet, skips what is in none, and stops at the first {@code =}. */
    BASE64("base64") {
        @Override
        byte[] bytes(String text) {
            return Base64Text.decode(text);
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            return Base64Text.encode(bytes, from, to, Base64.getEncoder());
        }

        @Override
        int byteLength(String text) {
            return Base64Text.byteLength(text);
        }
    },

    /** Base64 with the alphabet for addresses and without padding; decoded as {@link #BASE64}. */
    BASE64URL("base64url") {
        @Override
        byte[] bytes(String text) {
            return Base64Text.decode(text);
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            return Base64Text.encode(bytes, from, to, Base64.getUrlEncoder().withoutPadding());
        }

        @Override
        int byteLength(String text) {
            return Base64Text.byteLength(text);
        }
    },

    /** Two digits a byte, in lower case. Decoding stops before the first pair that is none. */
    HEX("hex") {
        @Override
        byte[] bytes(String text) {
            byte[] bytes = new byte[text.length() / 2];
            for (int i = 0; i < bytes.length; i++) {
                int high = Character.digit(text.charAt(2 * i) & 0xff, 16);
                int low = Character.digit(text.charAt(2 * i + 1) & 0xff, 16);
                if (high < 0 || low < 0) {
                    return Arrays.copyOf(bytes, i);
                }
                bytes[i] = (byte) ((high << 4) | low);
            }
            return bytes;
        }

        @Override
        String text(byte[] bytes, int from, int to) {
            return HexFormat.of().formatHex(bytes, from, to);
        }

        @Override
        int byteLength(String text) {
            return text.length() / 2;
        }
    };

    private final String nodeName;

    Encoding(String nodeName) {
        this.nodeName = nodeName;
    }

    /**
     * Finds an encoding by the names that Node knows, in any case.
     *
     * @param name for example {@code utf-8}, {@code ucs2}, {@code binary}
     * @return the encoding
     * @throws IllegalArgumentException if there is none of that name
     */
    public static Encoding of(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "utf8", "utf-8" -> UTF8;
            case "utf16le", "utf-16le", "ucs2", "ucs-2" -> UTF16LE;
            case "latin1", "binary" -> LATIN1;
            case "ascii" -> ASCII;
            case "base64" -> BASE64;
            case "base64url" -> BASE64URL;
            case "hex" -> HEX;
            default -> throw new IllegalArgumentException("unknown encoding: " + name);
        };
    }

    /** Encodes; the array is the caller's. */
    abstract byte[] bytes(String text);

    /** Decodes. */
    abstract String text(byte[] bytes, int from, int to);

    /** How many of the first bytes are whole characters. */
    int whole(byte[] bytes, int most) {
        return most;
    }

    /** How many bytes a text takes; for hexadecimal and base64, at most. */
    int byteLength(String text) {
        return text.length();
    }

    /** At which places of a buffer a text may be found: every one, or every second. */
    int unit() {
        return this == UTF16LE ? 2 : 1;
    }

    /** Of a character beyond Latin-1 the lower byte is taken. */
    private static byte[] lowerBytes(String text) {
        byte[] bytes = new byte[text.length()];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) text.charAt(i);
        }
        return bytes;
    }

    /** Returns Node's name. */
    @Override
    public String toString() {
        return nodeName;
    }
}
