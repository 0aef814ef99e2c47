package io.gyre.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for one byte, eight at a time. */
final class ByteScan {

    private static final VarHandle EIGHT = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long HIGHEST_BITS = 0x8080_8080_8080_8080L;

    private ByteScan() {}

    /** Returns the first place from one on and before another, or -1. */
    static int indexOf(byte[] bytes, int from, int to, byte value) {
        long pattern = (value & 0xffL) * ONES;
        int at = from;
        for (; at <= to - Long.BYTES; at += Long.BYTES) {
            // A byte that is equal becomes 0, and the lowest 0 is the only one that must be seen rightly.
            long difference = (long) EIGHT.get(bytes, at) ^ pattern;
            long zeros = (difference - ONES) & ~difference & HIGHEST_BITS;
            if (zeros != 0) {
                return at + (Long.numberOfTrailingZeros(zeros) / Byte.SIZE);
            }
        }
        for (; at < to; at++) {
            if (bytes[at] == value) {
                return at;
            }
        }
        return -1;
    }
}
