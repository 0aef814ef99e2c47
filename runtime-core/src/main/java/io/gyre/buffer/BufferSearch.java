package io.gyre.buffer;

import java.util.Objects;

/**
 * Finds bytes in bytes, in time proportional to both together. Short needles are compared place by place; for long ones
 * the algorithm of Knuth, Morris and Pratt remembers how much of the needle a mismatch leaves matched, and never looks
 * at a byte of the haystack twice. Searching backwards is the same with both read from their ends.
 */
final class BufferSearch {

    private static final int NOT_FOUND = -1;

    /** Up to this length, comparing at every place costs no more than the table. */
    private static final int SHORT_NEEDLE = 8;

    private BufferSearch() {}

    static int indexOf(Buffer haystack, byte value, int from) {
        int start = start(haystack, 1, from, true);
        int end = haystack.offset + haystack.length;
        int found = start < 0 ? NOT_FOUND : ByteScan.indexOf(haystack.array, haystack.offset + start, end, value);
        return found < 0 ? NOT_FOUND : found - haystack.offset;
    }

    static int lastIndexOf(Buffer haystack, byte value, int from) {
        for (int i = Math.min(start(haystack, 1, from, false), haystack.length - 1); i >= 0; i--) {
            if (haystack.array[haystack.offset + i] == value) {
                return i;
            }
        }
        return NOT_FOUND;
    }

    /**
     * Finds the first place at or after an offset.
     *
     * @param step 1; 2 for texts of 2-byte units, which are found at even places only
     */
    static int indexOf(Buffer haystack, Buffer needle, int from, int step) {
        int start = start(haystack, needle.length, from, true);
        if (needle.length == 0 || start < 0) {
            return start;
        }
        int first = start - start % step;
        if (needle.length < step || needle.length > haystack.length - first) {
            return NOT_FOUND;
        }
        int found = new Direction(haystack, first, haystack.length, needle, true, step).find();
        return found < 0 ? NOT_FOUND : first + found;
    }

    /** Finds the last place at or before an offset. With a step of 2, both lengths must be even. */
    static int lastIndexOf(Buffer haystack, Buffer needle, int from, int step) {
        int start = start(haystack, needle.length, from, false);
        if (needle.length == 0 || start < 0) {
            return start;
        }
        int last = Math.min(start - start % step, haystack.length - needle.length);
        if (needle.length < step || needle.length > haystack.length || last < 0) {
            return NOT_FOUND;
        }
        int end = last + needle.length;
        int found = new Direction(haystack, 0, end, needle, false, step).find();
        return found < 0 ? NOT_FOUND : end - needle.length - found;
    }

    /** Where to begin, by Node's rules: a negative offset counts from the end; -1 if nothing can be found. */
    private static int start(Buffer haystack, int needleLength, int from, boolean forward) {
        int length = haystack.length;
        if (from < 0) {
            return from + length >= 0 ? from + length : forward || needleLength == 0 ? 0 : NOT_FOUND;
        }
        if (from <= length - needleLength) {
            return from;
        }
        return needleLength == 0 ? length : forward ? NOT_FOUND : length - 1;
    }

    /** Both sequences as seen from the end where the search begins. */
    private record Direction(Buffer haystack, int from, int to, Buffer needle, boolean forward, int step) {

        private Direction {
            Objects.checkFromToIndex(from, to, haystack.length);
        }

        private byte hay(int i) {
            return haystack.array[haystack.offset + (forward ? from + i : to - 1 - i)];
        }

        private byte sought(int i) {
            return needle.array[needle.offset + (forward ? i : needle.length - 1 - i)];
        }

        /** How far from the beginning the needle is found. */
        int find() {
            return needle.length <= SHORT_NEEDLE ? findShort() : findLong();
        }

        private int findShort() {
            int last = to - from - needle.length;
            byte first = sought(0);
            for (int i = 0; i <= last; i += step) {
                if (hay(i) == first && matches(i)) {
                    return i;
                }
            }
            return NOT_FOUND;
        }

        private boolean matches(int at) {
            for (int i = 1; i < needle.length; i++) {
                if (hay(at + i) != sought(i)) {
                    return false;
                }
            }
            return true;
        }

        private int findLong() {
            int[] border = borders();
            int length = to - from;
            int matched = 0;
            for (int i = 0; i < length; i++) {
                byte next = hay(i);
                while (matched > 0 && sought(matched) != next) {
                    matched = border[matched - 1];
                }
                if (sought(matched) == next) {
                    matched++;
                }
                if (matched == needle.length) {
                    int at = i + 1 - matched;
                    if (at % step == 0) {
                        return at;
                    }
                    matched = border[matched - 1];
                }
            }
            return NOT_FOUND;
        }

        /** For each beginning of the needle, the length of its longest proper beginning that it also ends with. */
        private int[] borders() {
            int[] border = new int[needle.length];
            int matched = 0;
            for (int i = 1; i < needle.length; i++) {
                byte next = sought(i);
                while (matched > 0 && sought(matched) != next) {
                    matched = border[matched - 1];
                }
                if (sought(matched) == next) {
                    matched++;
                }
                border[i] = matched;
            }
            return border;
        }
    }
}
