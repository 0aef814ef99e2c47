package io.gyre.buffer;

/**
 * Decodes text that arrives in pieces (Node's {@code StringDecoder}): the bytes of a character that a piece ends within
 * are held back until the next one brings the rest.
 *
 * <p>In UTF-16 no result ends between the two halves of a character, which Node's decoder does after an odd byte.
 *
 * <p><b>Thread.</b> One at a time. <b>Order.</b> The results, joined, are the text of all pieces. <b>Errors.</b> None;
 * what is malformed is treated as by the {@link Encoding}. <b>End.</b> {@link #end()} gives what is held back as it is,
 * and the decoder can be used again.
 */
public final class StringDecoder {

    private static final int LONGEST_CHARACTER = 4;

    private static final int BASE64_GROUP = 3;

    private final Encoding encoding;

    /** The beginning of a character. */
    private final byte[] held = new byte[LONGEST_CHARACTER];

    private int count;

    /** How many bytes the held ones lack; more than 0 exactly if there are any. */
    private int missing;

    /**
     * Makes a decoder that holds nothing.
     *
     * @param encoding how the bytes are to be read
     */
    public StringDecoder(Encoding encoding) {
        this.encoding = encoding;
    }

    /**
     * Decodes the next piece.
     *
     * @param piece copied where it is held back
     * @return the text as far as it is complete, perhaps empty
     */
    public String write(Buffer piece) {
        int from = piece.offset;
        int to = from + piece.length;
        String begun = "";
        while (missing > 0 && from < to) {
            from = complete(piece.array, from, to);
            if (missing == 0) {
                begun = begun.concat(takeHeld());
            }
        }
        if (from == to) {
            return begun;
        }
        count = heldBack(piece.array, from, to);
        System.arraycopy(piece.array, to - count, held, 0, count);
        return begun.concat(encoding.text(piece.array, from, to - count));
    }

    /**
     * Decodes the last piece.
     *
     * @param piece the last one
     * @return its text, and what stands for an incomplete character at its end
     */
    public String end(Buffer piece) {
        return write(piece).concat(end());
    }

    /**
     * Decodes what is held back.
     *
     * @return what stands for an incomplete character; empty if nothing is held back
     */
    public String end() {
        String rest = encoding.text(held, 0, count);
        count = 0;
        missing = 0;
        return rest;
    }

    /** Takes what belongs to the held bytes; returns where the rest begins. */
    private int complete(byte[] bytes, int from, int to) {
        int at = from;
        while (missing > 0 && at < to) {
            if (encoding == Encoding.UTF8 && !isContinuation(bytes[at])) {
                // The character will never be complete: this byte begins another one.
                missing = 0;
                return at;
            }
            held[count++] = bytes[at++];
            missing--;
        }
        return at;
    }

    private String takeHeld() {
        boolean half = encoding == Encoding.UTF16LE && isHighSurrogate(held[count - 1]);
        int kept = half ? 2 : 0;
        String text = encoding.text(held, 0, count - kept);
        System.arraycopy(held, count - kept, held, 0, kept);
        count = kept;
        missing = kept;
        return text;
    }

    /** How many bytes at the end begin a character; sets how many it lacks. */
    private int heldBack(byte[] bytes, int from, int to) {
        int tail = 0;
        int whole = 0;
        switch (encoding) {
            case UTF8 -> {
                tail = utf8Tail(bytes, from, to);
                whole = tail == 0 ? 0 : utf8Length(bytes[to - tail]);
            }
            case UTF16LE -> {
                int odd = (to - from) % 2;
                boolean half = to - from >= 2 && isHighSurrogate(bytes[to - odd - 1]);
                tail = odd + (half ? 2 : 0);
                whole = half ? LONGEST_CHARACTER : 2 * odd;
            }
            case BASE64, BASE64URL -> {
                tail = (to - from) % BASE64_GROUP;
                whole = tail == 0 ? 0 : BASE64_GROUP;
            }
            case LATIN1, ASCII, HEX -> {
                // Every byte is complete.
            }
        }
        missing = whole - tail;
        return tail;
    }

    /** Looks back for the byte that leads the last character, unless that one is complete. */
    private static int utf8Tail(byte[] bytes, int from, int to) {
        for (int tail = 1; tail <= LONGEST_CHARACTER && tail <= to - from; tail++) {
            byte b = bytes[to - tail];
            if (!isContinuation(b)) {
                return tail < utf8Length(b) ? tail : 0;
            }
        }
        return 0;
    }

    /** What a leading byte announces, whether or not it may lead. */
    private static int utf8Length(byte lead) {
        if ((lead & 0xe0) == 0xc0) {
            return 2;
        }
        if ((lead & 0xf0) == 0xe0) {
            return 3;
        }
        return (lead & 0xf8) == 0xf0 ? LONGEST_CHARACTER : 1;
    }

    private static boolean isContinuation(byte b) {
        return (b & 0xc0) == 0x80;
    }

    private static boolean isHighSurrogate(byte upper) {
        return (upper & 0xfc) == 0xd8;
    }
}
