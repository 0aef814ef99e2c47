package io.gyre.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * The numbers in a {@link Buffer}: read and written at any offset, in either byte order ({@code LE}: the lowest byte
 * first; {@code BE}: the highest).
 *
 * <p><b>Thread.</b> As for {@link Buffer}; nothing here is atomic. <b>Errors.</b> Bytes that are not within the buffer
 * give an {@link IndexOutOfBoundsException} that names offset, width and length. A value that does not fit its width
 * gives an {@link IllegalArgumentException}, and nothing is written.
 *
 * <p>A write returns the offset after what it wrote, so that writes can follow each other.
 */
public abstract sealed class BufferNumbers permits Buffer {

    private static final VarHandle SHORT_LE =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT_BE = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle FLOAT_LE =
            MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle FLOAT_BE = MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle DOUBLE_LE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle DOUBLE_BE =
            MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.BIG_ENDIAN);

    private static final BigInteger TWO_TO_64 = BigInteger.ONE.shiftLeft(Long.SIZE);

    /** More than 6 bytes would not be exact as a number of JavaScript, whose limit is kept. */
    private static final int MAX_VARIABLE_WIDTH = 6;

    /** The memory, of which this buffer is the part from the offset on. Shared between views. */
    final byte[] array;

    final int offset;
    final int length;

    BufferNumbers(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    // ---- one byte

    /**
     * Reads a signed byte.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final byte readInt8(int at) {
        return array[index("readInt8", at, 1)];
    }

    /**
     * Reads an unsigned byte.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final int readUInt8(int at) {
        return array[index("readUInt8", at, 1)] & 0xff;
    }

    /**
     * Writes a signed byte.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt8(int value, int at) {
        checkRange("writeInt8", value, Byte.MIN_VALUE, Byte.MAX_VALUE);
        array[index("writeInt8", at, 1)] = (byte) value;
        return at + 1;
    }

    /**
     * Writes an unsigned byte.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt8(int value, int at) {
        checkRange("writeUInt8", value, 0, 0xff);
        array[index("writeUInt8", at, 1)] = (byte) value;
        return at + 1;
    }

    // ---- 2 bytes

    /**
     * Reads a signed number of 16 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final short readInt16LE(int at) {
        return (short) SHORT_LE.get(array, index("readInt16LE", at, 2));
    }

    /**
     * Reads an unsigned number of 16 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final int readUInt16LE(int at) {
        return (short) SHORT_LE.get(array, index("readUInt16LE", at, 2)) & 0xffff;
    }

    /**
     * Reads a signed number of 16 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final short readInt16BE(int at) {
        return (short) SHORT_BE.get(array, index("readInt16BE", at, 2));
    }

    /**
     * Reads an unsigned number of 16 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final int readUInt16BE(int at) {
        return (short) SHORT_BE.get(array, index("readUInt16BE", at, 2)) & 0xffff;
    }

    /**
     * Writes a signed number of 16 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt16LE(int value, int at) {
        checkRange("writeInt16LE", value, Short.MIN_VALUE, Short.MAX_VALUE);
        SHORT_LE.set(array, index("writeInt16LE", at, 2), (short) value);
        return at + 2;
    }

    /**
     * Writes an unsigned number of 16 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt16LE(int value, int at) {
        checkRange("writeUInt16LE", value, 0, 0xffff);
        SHORT_LE.set(array, index("writeUInt16LE", at, 2), (short) value);
        return at + 2;
    }

    /**
     * Writes a signed number of 16 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt16BE(int value, int at) {
        checkRange("writeInt16BE", value, Short.MIN_VALUE, Short.MAX_VALUE);
        SHORT_BE.set(array, index("writeInt16BE", at, 2), (short) value);
        return at + 2;
    }

    /**
     * Writes an unsigned number of 16 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt16BE(int value, int at) {
        checkRange("writeUInt16BE", value, 0, 0xffff);
        SHORT_BE.set(array, index("writeUInt16BE", at, 2), (short) value);
        return at + 2;
    }

    // ---- 4 bytes

    /**
     * Reads a signed number of 32 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final int readInt32LE(int at) {
        return (int) INT_LE.get(array, index("readInt32LE", at, 4));
    }

    /**
     * Reads an unsigned number of 32 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final long readUInt32LE(int at) {
        return (int) INT_LE.get(array, index("readUInt32LE", at, 4)) & 0xffff_ffffL;
    }

    /**
     * Reads a signed number of 32 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final int readInt32BE(int at) {
        return (int) INT_BE.get(array, index("readInt32BE", at, 4));
    }

    /**
     * Reads an unsigned number of 32 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final long readUInt32BE(int at) {
        return (int) INT_BE.get(array, index("readUInt32BE", at, 4)) & 0xffff_ffffL;
    }

    /**
     * Writes a signed number of 32 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt32LE(int value, int at) {
        INT_LE.set(array, index("writeInt32LE", at, 4), value);
        return at + 4;
    }

    /**
     * Writes an unsigned number of 32 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt32LE(long value, int at) {
        checkRange("writeUInt32LE", value, 0, 0xffff_ffffL);
        INT_LE.set(array, index("writeUInt32LE", at, 4), (int) value);
        return at + 4;
    }

    /**
     * Writes a signed number of 32 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt32BE(int value, int at) {
        INT_BE.set(array, index("writeInt32BE", at, 4), value);
        return at + 4;
    }

    /**
     * Writes an unsigned number of 32 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt32BE(long value, int at) {
        checkRange("writeUInt32BE", value, 0, 0xffff_ffffL);
        INT_BE.set(array, index("writeUInt32BE", at, 4), (int) value);
        return at + 4;
    }

    // ---- 8 bytes

    /**
     * Reads a signed number of 64 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final long readInt64LE(int at) {
        return (long) LONG_LE.get(array, index("readInt64LE", at, 8));
    }

    /**
     * Reads an unsigned number of 64 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final BigInteger readUInt64LE(int at) {
        return unsigned((long) LONG_LE.get(array, index("readUInt64LE", at, 8)));
    }

    /**
     * Reads a signed number of 64 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final long readInt64BE(int at) {
        return (long) LONG_BE.get(array, index("readInt64BE", at, 8));
    }

    /**
     * Reads an unsigned number of 64 bits.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final BigInteger readUInt64BE(int at) {
        return unsigned((long) LONG_BE.get(array, index("readUInt64BE", at, 8)));
    }

    /**
     * Writes a signed number of 64 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt64LE(long value, int at) {
        LONG_LE.set(array, index("writeInt64LE", at, 8), value);
        return at + 8;
    }

    /**
     * Writes an unsigned number of 64 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt64LE(BigInteger value, int at) {
        checkUnsigned("writeUInt64LE", value);
        LONG_LE.set(array, index("writeUInt64LE", at, 8), value.longValue());
        return at + 8;
    }

    /**
     * Writes a signed number of 64 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeInt64BE(long value, int at) {
        LONG_BE.set(array, index("writeInt64BE", at, 8), value);
        return at + 8;
    }

    /**
     * Writes an unsigned number of 64 bits.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeUInt64BE(BigInteger value, int at) {
        checkUnsigned("writeUInt64BE", value);
        LONG_BE.set(array, index("writeUInt64BE", at, 8), value.longValue());
        return at + 8;
    }

    // ---- floating point

    /**
     * Reads a float.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final float readFloatLE(int at) {
        return (float) FLOAT_LE.get(array, index("readFloatLE", at, 4));
    }

    /**
     * Reads a float.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final float readFloatBE(int at) {
        return (float) FLOAT_BE.get(array, index("readFloatBE", at, 4));
    }

    /**
     * Writes a float.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeFloatLE(float value, int at) {
        FLOAT_LE.set(array, index("writeFloatLE", at, 4), value);
        return at + 4;
    }

    /**
     * Writes a float.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeFloatBE(float value, int at) {
        FLOAT_BE.set(array, index("writeFloatBE", at, 4), value);
        return at + 4;
    }

    /**
     * Reads a double.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final double readDoubleLE(int at) {
        return (double) DOUBLE_LE.get(array, index("readDoubleLE", at, 8));
    }

    /**
     * Reads a double.
     *
     * @param at the offset of its first byte
     * @return the number
     */
    public final double readDoubleBE(int at) {
        return (double) DOUBLE_BE.get(array, index("readDoubleBE", at, 8));
    }

    /**
     * Writes a double.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeDoubleLE(double value, int at) {
        DOUBLE_LE.set(array, index("writeDoubleLE", at, 8), value);
        return at + 8;
    }

    /**
     * Writes a double.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @return the offset after it
     */
    public final int writeDoubleBE(double value, int at) {
        DOUBLE_BE.set(array, index("writeDoubleBE", at, 8), value);
        return at + 8;
    }

    // ---- 1 to 6 bytes

    /**
     * Reads a signed number of a width of its own.
     *
     * @param at the offset of its first byte
     * @param width how many bytes it has: 1 to 6
     * @return the number
     */
    public final long readIntLE(int at, int width) {
        int unused = Long.SIZE - Byte.SIZE * width;
        return variable("readIntLE", at, width, true) << unused >> unused;
    }

    /**
     * Reads a signed number of a width of its own.
     *
     * @param at the offset of its first byte
     * @param width how many bytes it has: 1 to 6
     * @return the number
     */
    public final long readIntBE(int at, int width) {
        int unused = Long.SIZE - Byte.SIZE * width;
        return variable("readIntBE", at, width, false) << unused >> unused;
    }

    /**
     * Writes a signed number of a width of its own.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @param width how many bytes it takes: 1 to 6
     * @return the offset after it
     */
    public final int writeIntLE(long value, int at, int width) {
        checkWidth("writeIntLE", width);
        checkRange("writeIntLE", value, -1L << (Byte.SIZE * width - 1), (1L << (Byte.SIZE * width - 1)) - 1);
        return putVariable("writeIntLE", value, at, width, true);
    }

    /**
     * Writes a signed number of a width of its own.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @param width how many bytes it takes: 1 to 6
     * @return the offset after it
     */
    public final int writeIntBE(long value, int at, int width) {
        checkWidth("writeIntBE", width);
        checkRange("writeIntBE", value, -1L << (Byte.SIZE * width - 1), (1L << (Byte.SIZE * width - 1)) - 1);
        return putVariable("writeIntBE", value, at, width, false);
    }

    /**
     * Reads an unsigned number of a width of its own.
     *
     * @param at the offset of its first byte
     * @param width how many bytes it has: 1 to 6
     * @return the number
     */
    public final long readUIntLE(int at, int width) {
        return variable("readUIntLE", at, width, true);
    }

    /**
     * Reads an unsigned number of a width of its own.
     *
     * @param at the offset of its first byte
     * @param width how many bytes it has: 1 to 6
     * @return the number
     */
    public final long readUIntBE(int at, int width) {
        return variable("readUIntBE", at, width, false);
    }

    /**
     * Writes an unsigned number of a width of its own.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @param width how many bytes it takes: 1 to 6
     * @return the offset after it
     */
    public final int writeUIntLE(long value, int at, int width) {
        checkWidth("writeUIntLE", width);
        checkRange("writeUIntLE", value, 0, (1L << (Byte.SIZE * width)) - 1);
        return putVariable("writeUIntLE", value, at, width, true);
    }

    /**
     * Writes an unsigned number of a width of its own.
     *
     * @param value the number
     * @param at the offset of its first byte
     * @param width how many bytes it takes: 1 to 6
     * @return the offset after it
     */
    public final int writeUIntBE(long value, int at, int width) {
        checkWidth("writeUIntBE", width);
        checkRange("writeUIntBE", value, 0, (1L << (Byte.SIZE * width)) - 1);
        return putVariable("writeUIntBE", value, at, width, false);
    }

    // ---- what they have in common

    private long variable(String operation, int at, int width, boolean littleEndian) {
        checkWidth(operation, width);
        int start = index(operation, at, width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = (value << Byte.SIZE) | (array[start + (littleEndian ? width - 1 - i : i)] & 0xff);
        }
        return value;
    }

    private int putVariable(String operation, long value, int at, int width, boolean littleEndian) {
        int start = index(operation, at, width);
        long rest = value;
        for (int i = 0; i < width; i++) {
            array[start + (littleEndian ? i : width - 1 - i)] = (byte) rest;
            rest >>= Byte.SIZE;
        }
        return at + width;
    }

    private static BigInteger unsigned(long bits) {
        BigInteger value = BigInteger.valueOf(bits);
        return bits < 0 ? value.add(TWO_TO_64) : value;
    }

    /** Where in the array so many bytes start. */
    private int index(String operation, int at, int width) {
        if (at < 0 || at > length - width) {
            throw new IndexOutOfBoundsException(operation + " of " + width + (width == 1 ? " byte" : " bytes")
                    + " at offset " + at + " is outside of a buffer of length " + length);
        }
        return offset + at;
    }

    private static void checkWidth(String operation, int width) {
        if (width < 1 || width > MAX_VARIABLE_WIDTH) {
            throw new IllegalArgumentException(
                    operation + " takes a width of 1 to " + MAX_VARIABLE_WIDTH + " bytes, not " + width);
        }
    }

    private static void checkRange(String operation, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    operation + " takes a value from " + least + " to " + most + ", not " + value);
        }
    }

    private static void checkUnsigned(String operation, BigInteger value) {
        if (value.signum() < 0 || value.bitLength() > Long.SIZE) {
            throw new IllegalArgumentException(
                    operation + " takes a value from 0 to " + TWO_TO_64.subtract(BigInteger.ONE) + ", not " + value);
        }
    }
}
