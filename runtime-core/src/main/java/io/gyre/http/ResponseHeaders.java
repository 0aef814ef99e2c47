package io.gyre.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a response that is being prepared: a few pairs in an array, since a response has few and they are
 * looked up less often than they are written. Names and values are checked when they are set, so that nothing that a
 * program copies into a field can end it and begin another.
 */
final class ResponseHeaders implements Headers {

    private static final int INITIAL_FIELDS = 4;

    /** RFC 9110, section 6.5.1: read too late, they would tell where the message has ended. */
    private static final Set<String> FRAMING_FIELDS = Set.of("content-length", "transfer-encoding", "trailer");

    /** RFC 9110, section 5.6.2. */
    private static final boolean[] TOKEN_CHARACTERS = new boolean[128];

    static {
        String allowed = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        for (int i = 0; i < allowed.length(); i++) {
            TOKEN_CHARACTERS[allowed.charAt(i)] = true;
        }
    }

    /** Names at even places, values at the odd ones. */
    private @Nullable String[] fields = new String[2 * INITIAL_FIELDS];

    private int used;

    /** Replaces a field, or adds it. */
    void set(String name, String value) {
        checkValue(name, value);
        int at = indexOf(name, 0);
        if (at < 0) {
            checkName(name);
            append(name, value);
            return;
        }
        fields[at] = name;
        fields[at + 1] = value;
        removeFrom(name, at + 2);
    }

    /** Adds one more field of a name. */
    void add(String name, String value) {
        checkName(name);
        checkValue(name, value);
        append(name, value);
    }

    /** Adds a field that is to follow the body. */
    void addTrailer(String name, String value) {
        if (FRAMING_FIELDS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(name + " frames the message, and cannot follow it as a trailer");
        }
        add(name, value);
    }

    void remove(String name) {
        removeFrom(name, 0);
    }

    void clear() {
        Arrays.fill(fields, null);
        used = 0;
    }

    private void append(String name, String value) {
        if (used == fields.length) {
            fields = Arrays.copyOf(fields, 2 * used);
        }
        fields[used] = name;
        fields[used + 1] = value;
        used += 2;
    }

    private void removeFrom(String name, int start) {
        int at = start;
        while ((at = indexOf(name, at)) >= 0) {
            System.arraycopy(fields, at + 2, fields, at, used - at - 2);
            used -= 2;
            fields[used] = null;
            fields[used + 1] = null;
        }
    }

    private int indexOf(String name, int start) {
        for (int i = start; i < used; i += 2) {
            String field = fields[i];
            if (name.equalsIgnoreCase(field)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public @Nullable String get(String name) {
        int at = indexOf(name, 0);
        return at < 0 ? null : fields[at + 1];
    }

    @Override
    public List<String> getAll(String name) {
        List<String> values = new ArrayList<>(1);
        for (int at = indexOf(name, 0); at >= 0; at = indexOf(name, at + 2)) {
            values.add(value(at / 2));
        }
        return values;
    }

    @Override
    public boolean contains(String name) {
        return indexOf(name, 0) >= 0;
    }

    @Override
    public int size() {
        return used / 2;
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> visitor) {
        for (int i = 0; i < size(); i++) {
            visitor.accept(name(i), value(i));
        }
    }

    void encode(HeadEncoder encoder) {
        for (int i = 0; i < size(); i++) {
            encoder.field(name(i), value(i));
        }
    }

    String name(int index) {
        return set(fields[2 * index]);
    }

    String value(int index) {
        return set(fields[2 * index + 1]);
    }

    private static String set(@Nullable String field) {
        if (field == null) {
            throw new IllegalStateException("a header field is missing");
        }
        return field;
    }

    private static void checkName(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("the name of a header field is empty");
        }
        for (int i = 0; i < name.length(); i++) {
            if (!isTokenCharacter(name.charAt(i))) {
                throw new IllegalArgumentException("'" + printable(name) + "' is no name for a header field: character "
                        + (int) name.charAt(i) + " at " + i);
            }
        }
    }

    static void checkValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("the value of header field '" + printable(name)
                        + "' contains character " + (int) c + " at " + i);
            }
        }
    }

    private static String printable(String text) {
        return text.replaceAll("[^ -~]", "?");
    }

    private static boolean isTokenCharacter(char c) {
        return c < TOKEN_CHARACTERS.length && TOKEN_CHARACTERS[c];
    }

    @Override
    public String toString() {
        StringBuilder all = new StringBuilder("[");
        forEach((name, value) -> all.append(all.length() == 1 ? "" : ", ")
                .append(name)
                .append('=')
                .append(value));
        return all.append(']').toString();
    }
}
