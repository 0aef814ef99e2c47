package io.gyre.buffer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run of bytes of fixed length, as a view over memory that nobody has to release (Node's {@code Buffer}).
 *
 * <p><b>Memory.</b> It is on the heap and goes with the last view. {@link #alloc}, {@link #from}, {@link #copyOf},
 * {@link #transferFrom} and {@link #concat} give memory that no other buffer shows. {@link #wrap}, {@link #slice} and
 * {@link #subarray} share it: what is written through one view is seen through the others. A buffer that was handed to a
 * stream or a file belongs to it until the operation is done and must not be written to before.
 *
 * <p>Small buffers of a loop's thread are cut from slabs of 8 KiB, so a small one that is kept keeps its slab.
 *
 * <p><b>Thread.</b> May be handed to any thread, as long as nobody writes to it meanwhile. <b>Errors.</b> Places outside
 * of the buffer give {@link IndexOutOfBoundsException}, except where a method follows Node and cuts them to size.
 *
 * <p>Buffers are equal if their bytes are, so one that is used as a key must not be written to.
 */
public final class Buffer extends BufferNumbers implements Comparable<Buffer> {

    private static final Buffer EMPTY = new Buffer(new byte[0], 0, 0);

    private Buffer(byte[] array, int offset, int length) {
        super(array, offset, length);
    }

    // ---- new memory

    /**
     * Returns the buffer without bytes.
     *
     * @return always the same one
     */
    public static Buffer empty() {
        return EMPTY;
    }

    /**
     * Makes a buffer of zeros. Node's {@code allocUnsafe}, whose content is arbitrary there, is the same here.
     *
     * @param size how many bytes
     * @return a buffer with memory of its own; cut from a slab if it is small
     */
    public static Buffer alloc(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("the size of a buffer must be 0 or more, but was " + size);
        }
        return Slab.allocate(size);
    }

    /**
     * Copies an array.
     *
     * @param bytes what to copy
     * @return a buffer that owns its bytes
     */
    public static Buffer from(byte[] bytes) {
        Buffer copy = Slab.allocate(bytes.length);
        System.arraycopy(bytes, 0, copy.array, copy.offset, bytes.length);
        return copy;
    }

    /**
     * Encodes a text.
     *
     * @param text what to encode
     * @param encoding how
     * @return a buffer that owns its bytes
     */
    public static Buffer from(String text, Encoding encoding) {
        return wrap(encoding.bytes(text));
    }

    /**
     * Encodes a text in a charset that Node does not have.
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
        return from(text, Encoding.UTF8);
    }

    /**
     * Tells how many bytes a text takes, without encoding it.
     *
     * @param text any text
     * @param encoding how it would be encoded
     * @return the number; for base64 and hexadecimal it counts the digits, valid or not, as Node does
     */
    public static int byteLength(String text, Encoding encoding) {
        return encoding.byteLength(text);
    }

    /**
     * Copies the readable bytes of a Netty buffer, whose indices and reference count stay as they are.
     *
     * @param bytes what to copy; still the caller's to release
     * @return a buffer that owns its bytes
     */
    public static Buffer copyOf(ByteBuf bytes) {
        Buffer copy = Slab.allocate(bytes.readableBytes());
        bytes.getBytes(bytes.readerIndex(), copy.array, copy.offset, copy.length);
        return copy;
    }

    /**
     * Copies the readable bytes of a Netty buffer and releases it, also when copying fails.
     *
     * @param bytes what to copy; one reference of the caller's is used up
     * @return a buffer that owns its bytes
     */
    public static Buffer transferFrom(ByteBuf bytes) {
        try {
            return copyOf(bytes);
        } finally {
            bytes.release();
        }
    }

    /**
     * Copies the remaining bytes of a byte buffer, whose position stays as it is.
     *
     * @param bytes what to copy
     * @return a buffer that owns its bytes
     */
    public static Buffer copyOf(ByteBuffer bytes) {
        Buffer copy = Slab.allocate(bytes.remaining());
        bytes.get(bytes.position(), copy.array, copy.offset, copy.length);
        return copy;
    }

    /**
     * Joins buffers.
     *
     * @param parts in order
     * @return a buffer that owns its bytes
     */
    public static Buffer concat(List<Buffer> parts) {
        int total = 0;
        for (Buffer part : parts) {
            total = Math.addExact(total, part.length);
        }
        return concat(parts, total);
    }

    /**
     * Joins buffers up to a length.
     *
     * @param parts in order
     * @param totalLength how long the result is: what is more is left out, what is less is filled with zeros
     * @return a buffer that owns its bytes; the empty one if there are no parts
     */
    public static Buffer concat(List<Buffer> parts, int totalLength) {
        if (parts.isEmpty()) {
            return EMPTY;
        }
        Buffer joined = alloc(totalLength);
        int at = 0;
        for (Buffer part : parts) {
            at += part.copyTo(joined, at, 0, part.length);
        }
        return joined;
    }

    // ---- shared memory

    /**
     * Shows an array.
     *
     * @param bytes shared with the buffer from now on
     * @return a view
     */
    public static Buffer wrap(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Buffer(bytes, 0, bytes.length);
    }

    /**
     * Shows part of an array.
     *
     * @param bytes shared with the buffer from now on
     * @param offset where the part starts
     * @param length how long it is
     * @return a view
     * @throws IndexOutOfBoundsException if the part is not within the array
     */
    public static Buffer wrap(byte[] bytes, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        return length == 0 ? EMPTY : new Buffer(bytes, offset, length);
    }

    /**
     * Shows the remaining bytes of a byte buffer, whose position stays as it is.
     *
     * @param bytes a heap buffer; shared with this one from now on
     * @return a view
     * @throws IllegalArgumentException if it is direct or read-only; {@link #copyOf(ByteBuffer)} takes any
     */
    public static Buffer wrap(ByteBuffer bytes) {
        if (!bytes.hasArray()) {
            throw new IllegalArgumentException(
                    (bytes.isDirect() ? "a direct" : "a read-only") + " ByteBuffer cannot be wrapped; use copyOf");
        }
        return wrap(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
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
     * Returns a part by Node's rules, sharing the memory: a negative index counts from the end, and what is outside is
     * cut off.
     *
     * @param start the first byte
     * @param end the one after the last
     * @return a view, empty if the end is not after the start
     */
    public Buffer subarray(int start, int end) {
        int from = clamp(start < 0 ? start + length : start);
        int to = clamp(end < 0 ? end + length : end);
        return slice(from, Math.max(from, to));
    }

    /**
     * Shows the bytes as a byte buffer, without a copy.
     *
     * @return a read-only view with indices of its own
     */
    public ByteBuffer asByteBuffer() {
        return asWritableByteBuffer().asReadOnlyBuffer();
    }

    /**
     * Shows the bytes as a byte buffer, without a copy.
     *
     * @return a view with indices of its own; what is written to it is written to this buffer
     */
    public ByteBuffer asWritableByteBuffer() {
        return ByteBuffer.wrap(array, offset, length).slice();
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

    // ---- bytes

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
     * Changes one byte.
     *
     * @param index from 0
     * @param value of which the lowest 8 bits are taken
     * @throws IndexOutOfBoundsException if there is no such byte
     */
    public void set(int index, int value) {
        array[offset + Objects.checkIndex(index, length)] = (byte) value;
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
     * Copies all bytes that fit into a buffer, which may share this one's memory.
     *
     * @param target where to
     * @param targetStart where they start there
     * @return how many were copied
     */
    public int copyTo(Buffer target, int targetStart) {
        return copyTo(target, targetStart, 0, length);
    }

    /**
     * Copies the bytes of a part that fit into a buffer, which may share this one's memory.
     *
     * @param target where to
     * @param targetStart where they start there; at or after its end, nothing is copied
     * @param sourceStart the first byte
     * @param sourceEnd the one after the last; what is outside is cut off
     * @return how many were copied
     * @throws IndexOutOfBoundsException if a start is negative or the part starts after the end of this buffer
     */
    public int copyTo(Buffer target, int targetStart, int sourceStart, int sourceEnd) {
        if (targetStart < 0) {
            throw new IndexOutOfBoundsException("the start in the target must be 0 or more, but was " + targetStart);
        }
        Objects.checkFromToIndex(sourceStart, length, length);
        int count = Math.min(Math.min(sourceEnd, length) - sourceStart, target.length - targetStart);
        if (count <= 0) {
            return 0;
        }
        System.arraycopy(array, offset + sourceStart, target.array, target.offset + targetStart, count);
        return count;
    }

    /**
     * Fills with one byte.
     *
     * @param value of which the lowest 8 bits are taken
     * @return this buffer
     */
    public Buffer fill(int value) {
        Arrays.fill(array, offset, offset + length, (byte) value);
        return this;
    }

    /**
     * Fills by repeating a pattern; the last repetition may be cut off.
     *
     * @param pattern at least one byte
     * @return this buffer
     * @throws IllegalArgumentException if the pattern is empty
     */
    public Buffer fill(Buffer pattern) {
        if (pattern.length == 0 && length > 0) {
            throw new IllegalArgumentException("a buffer cannot be filled with nothing");
        }
        for (int at = 0; at < length; at += pattern.length) {
            pattern.copyTo(this, at);
        }
        return this;
    }

    /**
     * Fills by repeating a text; the last repetition may be cut off, even within a character. To fill a part, fill a
     * {@link #slice}.
     *
     * @param text what to repeat; empty for zeros
     * @param encoding how it is encoded
     * @return this buffer
     * @throws IllegalArgumentException if the text is not empty but stands for no bytes
     */
    public Buffer fill(String text, Encoding encoding) {
        return text.isEmpty() ? fill(0) : fill(from(text, encoding));
    }

    /**
     * Turns the order of each pair of bytes around.
     *
     * @return this buffer
     */
    public Buffer swap16() {
        return swap(2);
    }

    /**
     * Turns the order of each 4 bytes around.
     *
     * @return this buffer
     */
    public Buffer swap32() {
        return swap(4);
    }

    /**
     * Turns the order of each 8 bytes around.
     *
     * @return this buffer
     */
    public Buffer swap64() {
        return swap(8);
    }

    private Buffer swap(int width) {
        if (length % width != 0) {
            throw new IllegalArgumentException("the length of a buffer whose groups of " + width
                    + " bytes are swapped must be a multiple of " + width + ", but is " + length);
        }
        for (int group = offset; group < offset + length; group += width) {
            for (int low = group, high = group + width - 1; low < high; low++, high--) {
                byte held = array[low];
                array[low] = array[high];
                array[high] = held;
            }
        }
        return this;
    }

    // ---- text

    /**
     * Writes a text in UTF-8.
     *
     * @param text what to write
     * @param at where
     * @return how many bytes it took: those of the characters that fit
     */
    public int write(String text, int at) {
        return write(text, at, length, Encoding.UTF8);
    }

    /**
     * Writes as much of a text as fits; no character is written in part.
     *
     * @param text what to write
     * @param at where
     * @param most how many bytes to write at most
     * @param encoding how
     * @return how many bytes were written
     * @throws IndexOutOfBoundsException if the place is not within 0 and the length
     */
    public int write(String text, int at, int most, Encoding encoding) {
        Objects.checkFromToIndex(at, length, length);
        byte[] bytes = encoding.bytes(text);
        int count = encoding.whole(bytes, Math.min(bytes.length, Math.min(Math.max(most, 0), length - at)));
        System.arraycopy(bytes, 0, array, offset + at, count);
        return count;
    }

    /**
     * Decodes the bytes.
     *
     * @param encoding how
     * @return the text
     */
    public String toString(Encoding encoding) {
        return encoding.text(array, offset, offset + length);
    }

    /**
     * Decodes a part.
     *
     * @param encoding how
     * @param start the first byte
     * @param end the one after the last; what is outside is cut off
     * @return the text, empty if the end is not after the start
     */
    public String toString(Encoding encoding, int start, int end) {
        int from = clamp(start);
        return slice(from, Math.max(from, clamp(end))).toString(encoding);
    }

    /**
     * Decodes the bytes in a charset that Node does not have.
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
        return toString(Encoding.UTF8);
    }

    // ---- search: negative places count from the end, as in Node

    /**
     * Finds a byte.
     *
     * @param value of which the lowest 8 bits are taken
     * @param from where to begin; a negative one counts from the end
     * @return the first place at or after that, or -1
     */
    public int indexOf(int value, int from) {
        return BufferSearch.indexOf(this, (byte) value, from);
    }

    /**
     * Finds bytes.
     *
     * @param bytes what to find; nothing is found at once
     * @param from where to begin; a negative one counts from the end
     * @return the first place at or after that, or -1
     */
    public int indexOf(Buffer bytes, int from) {
        return BufferSearch.indexOf(this, bytes, from, 1);
    }

    /**
     * Finds a text.
     *
     * @param text what to find; in UTF-16 it is found at even places only
     * @param from where to begin; a negative one counts from the end
     * @param encoding how the text is encoded
     * @return the first place at or after that, or -1
     */
    public int indexOf(String text, int from, Encoding encoding) {
        return BufferSearch.indexOf(inUnitsOf(encoding), from(text, encoding), from, encoding.unit());
    }

    /**
     * Finds a text in UTF-8.
     *
     * @param text what to find
     * @return the first place, or -1
     */
    public int indexOf(String text) {
        return indexOf(text, 0, Encoding.UTF8);
    }

    /**
     * Finds a byte, backwards.
     *
     * @param value of which the lowest 8 bits are taken
     * @param from where to begin, for example {@link #length}; a negative one counts from the end
     * @return the last place at or before that, or -1
     */
    public int lastIndexOf(int value, int from) {
        return BufferSearch.lastIndexOf(this, (byte) value, from);
    }

    /**
     * Finds bytes, backwards.
     *
     * @param bytes what to find
     * @param from where to begin, for example {@link #length}; a negative one counts from the end
     * @return the last place at or before that, or -1
     */
    public int lastIndexOf(Buffer bytes, int from) {
        return BufferSearch.lastIndexOf(this, bytes, from, 1);
    }

    /**
     * Finds a text, backwards.
     *
     * @param text what to find; in UTF-16 it is found at even places only
     * @param from where to begin, for example {@link #length}; a negative one counts from the end
     * @param encoding how the text is encoded
     * @return the last place at or before that, or -1
     */
    public int lastIndexOf(String text, int from, Encoding encoding) {
        return BufferSearch.lastIndexOf(inUnitsOf(encoding), from(text, encoding), from, encoding.unit());
    }

    private Buffer inUnitsOf(Encoding encoding) {
        return slice(0, length - length % encoding.unit());
    }

    /**
     * Tells whether a byte occurs.
     *
     * @param value of which the lowest 8 bits are taken
     * @return whether it does
     */
    public boolean includes(int value) {
        return indexOf(value, 0) >= 0;
    }

    /**
     * Tells whether bytes occur.
     *
     * @param bytes what to find
     * @return whether they do
     */
    public boolean includes(Buffer bytes) {
        return indexOf(bytes, 0) >= 0;
    }

    /**
     * Tells whether a text occurs, in UTF-8.
     *
     * @param text what to find
     * @return whether it does
     */
    public boolean includes(String text) {
        return indexOf(text) >= 0;
    }

    // ---- comparing

    /**
     * Compares a part with a part of another buffer, as {@link #compareTo} does.
     *
     * @param target the other buffer
     * @param targetStart its first byte
     * @param targetEnd the one after its last
     * @param sourceStart the first byte of this one
     * @param sourceEnd the one after its last
     * @return -1, 0 or 1
     * @throws IndexOutOfBoundsException if a part is not within its buffer
     */
    public int compare(Buffer target, int targetStart, int targetEnd, int sourceStart, int sourceEnd) {
        return Integer.signum(slice(sourceStart, sourceEnd).compareTo(target.slice(targetStart, targetEnd)));
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

    private int clamp(int index) {
        return Math.max(0, Math.min(index, length));
    }
}
