package io.gyre.http;

import io.gyre.buffer.Buffer;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Puts heads of responses together in one array, which is copied to the output in one go. One per server: it holds
 * nothing between two heads.
 */
final class HeadEncoder {

    private static final byte[] COLON = {':', ' '};
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
    private static final int INITIAL_CAPACITY = 1024;
    private static final int LONGEST_NUMBER = 20;

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    void begin(byte[] statusLine) {
        length = 0;
        append(statusLine);
    }

    void append(byte[] text) {
        int at = reserve(text.length);
        System.arraycopy(text, 0, bytes, at, text.length);
    }

    void append(Buffer piece) {
        int size = piece.length();
        int at = reserve(size);
        piece.copyTo(bytes, at);
    }

    /** The size of a chunk, in hexadecimal, and the end of its line. */
    void chunkSize(int size) {
        append(Integer.toHexString(size));
        append(LINE_END);
    }

    void clear() {
        length = 0;
    }

    void field(String name, String value) {
        append(name);
        append(COLON);
        append(value);
        append(LINE_END);
    }

    void contentLength(long value) {
        append(CONTENT_LENGTH);
        append(value);
        append(LINE_END);
    }

    void end() {
        append(LINE_END);
    }

    int length() {
        return length;
    }

    void writeTo(ByteBuf output) {
        output.writeBytes(bytes, 0, length);
    }

    /** Field names and values hold no character above 0xff, so the low bytes are the text. */
    @SuppressWarnings("deprecation") // the one method that copies the low bytes without making an array
    private void append(String text) {
        int size = text.length();
        int at = reserve(size);
        text.getBytes(0, size, bytes, at);
    }

    private void append(long number) {
        int digits = 1;
        for (long rest = number / 10; rest != 0; rest /= 10) {
            digits++;
        }
        reserve(digits);
        int at = length;
        long rest = number;
        for (int i = 0; i < digits; i++) {
            bytes[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /** Makes room and returns where it begins. */
    private int reserve(int size) {
        int at = length;
        int end = at + size;
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end + LONGEST_NUMBER, 2 * bytes.length));
        }
        length = end;
        return at;
    }
}
