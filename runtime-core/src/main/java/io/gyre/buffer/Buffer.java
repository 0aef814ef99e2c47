package io.gyre.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes of fixed length over memory that nobody has to release.
 *
 * <p><b>Memory.</b> {@link #copyOf}, {@link #from} and {@link #concat} own their bytes. {@link #wrap} and
 * {@link #slice} share them: whoever holds the array may still change it, and is asked not to once the buffer was given
 * away. What leaves through {@link #asByteBuffer} and {@link #asByteBuf} is a read-only view of the same memory.
 *
 * <p><b>Thread.</b> May be handed to any thread as long as nobody writes to a wrapped array.
 */
public final class Buffer implements Comparable<Buffer> {

    private static final Buffer EMPTY = new Buffer(new byte[0], 0, 0);

    private final byte[] array;
    private final int offset;
    private final int length;

    private Buffer(byte[] array, int offset, int length) {
        this.array = array;
        this.offset = offset;
        this.length = length;
    }

    /**
     * Returns the buffer without bytes.
     *
     * @return always the same one
     */
    public static Buffer empty() {
        return EMPTY;
    }

    /**
     * Copies an array.
     *
     * @param bytes what to copy
     * @return a buffer that owns its bytes
     */
    public static Buffer from(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Buffer(bytes.clone(), 0, bytes.length);
    }

    /**
     * Encodes a text.
     *
     * @param text what to encode
     * @param charset how; what it cannot express becomes its replacement
     * @return a buffer that owns its bytes
     */
    public static Buffer from(String text, Charset charset) {
        return wrap(text.getBytes(charset));
    }

    /**
     * Encodes a text in UTF-8.
     *
     * @param text what to encode
     * @return a buffer that owns its bytes
     */
    public static Buffer utf8(String text) {
        return from(text, StandardCharsets.UTF_8);
    }

    /**
     * Takes an array without a copy.
     *
     * @param bytes not to be changed afterwards
     * @return a buffer that shares the array
     */
    public static Buffer wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Buffer(bytes, 0, bytes.length);
    }

    /**
     * Takes part of an array without a copy.
     *
     * @param bytes not to be changed afterwards
     * @param offset where the part starts
     * @param length how long it is
     * @return a buffer that shares the array
     * @throws IndexOutOfBoundsException if the part is not within the array
     */
    public static Buffer wrap(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return length == 0 ? EMPTY : new Buffer(bytes, offset, length);
    }

    /**
     * Copies the readable bytes of a Netty buffer, whose indices and reference count stay as they are.
     *
     * @param bytes what to copy; still the caller's to release
     * @return a buffer that owns its bytes
     */
    public static Buffer copyOf(ByteBuf bytes) {
        byte[] copy = new byte[bytes.readableBytes()];
        bytes.getBytes(bytes.readerIndex(), copy);
        return wrap(copy);
    }

    /**
     * Copies the remaining bytes of a byte buffer, whose position stays as it is.
     *
     * @param bytes what to copy
     * @return a buffer that owns its bytes
     */
    public static Buffer copyOf(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return wrap(copy);
    }

    /**
     * Joins buffers.
     *
     * @param parts in order
     * @return a buffer that owns its bytes; the part itself if there is only one
     */
    public static Buffer concat(List<Buffer> parts) {
        if (parts.size() == 1) {
            return parts.get(0);
        }
        int total = 0;
        for (Buffer part : parts) {
            total = Math.addExact(total, part.length);
        }
        byte[] joined = new byte[total];
        int at = 0;
        for (Buffer part : parts) {
            System.arraycopy(part.array, part.offset, joined, at, part.length);
            at += part.length;
        }
        return wrap(joined);
    }

    /**
     * Returns the number of bytes.
     *
     * @return 0 or more, always the same
     */
    public int length() {
        return length;
    }

    /**
     * Tells whether there are no bytes.
     *
     * @return true if the length is 0
     */
    public boolean isEmpty() {
        return length == 0;
    }

    /**
     * Returns one byte.
     *
     * @param index from 0
     * @return the byte there
     * @throws IndexOutOfBoundsException if there is none
     */
    public byte get(int index) {
        return array[offset + Objects.checkIndex(index, length)];
    }

    /**
     * Returns the rest from an index, sharing the memory.
     *
     * @param from the first byte
     * @return a view
     * @throws IndexOutOfBoundsException if the index is not within 0 and the length
     */
    public Buffer slice(int from) {
        return slice(from, length);
    }

    /**
     * Returns a part, sharing the memory.
     *
     * @param from the first byte
     * @param to the one after the last
     * @return a view
     * @throws IndexOutOfBoundsException if the part is not within this buffer
     */
    public Buffer slice(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        if (from == 0 && to == length) {
            return this;
        }
        return wrap(array, offset + from, to - from);
    }

    /**
     * Copies the bytes out.
     *
     * @return a new array
     */
    public byte[] toByteArray() {
        return Arrays.copyOfRange(array, offset, offset + length);
    }

    /**
     * Copies the bytes into an array.
     *
     * @param target where to
     * @param at where they start there
     * @throws IndexOutOfBoundsException if they do not fit
     */
    public void copyTo(byte[] target, int at) {
        Objects.checkFromIndexSize(at, length, target.length);
        System.arraycopy(array, offset, target, at, length);
    }

    /**
     * Shows the bytes as a byte buffer, without a copy.
     *
     * @return a read-only view with indices of its own
     */
    public ByteBuffer asByteBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice().asReadOnlyBuffer();
    }

    /**
     * Shows the bytes as a Netty buffer, without a copy. It is not pooled: releasing it frees nothing, and forgetting
     * to is no leak.
     *
     * @return a view with indices and a reference count of its own, for Netty to read; not to be written to
     */
    public ByteBuf asByteBuf() {
        return Unpooled.wrappedBuffer(array, offset, length);
    }

    /**
     * Decodes the bytes.
     *
     * @param charset how; malformed input becomes its replacement
     * @return the text
     */
    public String toString(Charset charset) {
        return new String(array, offset, length, charset);
    }

    /**
     * Decodes the bytes as UTF-8.
     *
     * @return the text
     */
    @Override
    public String toString() {
        return toString(StandardCharsets.UTF_8);
    }

    /** Compares byte by byte, unsigned; a prefix comes first. */
    @Override
    public int compareTo(Buffer other) {
        return Arrays.compareUnsigned(
                array, offset, offset + length, other.array, other.offset, other.offset + other.length);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Buffer b
                && Arrays.equals(array, offset, offset + length, b.array, b.offset, b.offset + b.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = offset; i < offset + length; i++) {
            hash = 31 * hash + array[i];
        }
        return hash;
    }
}
