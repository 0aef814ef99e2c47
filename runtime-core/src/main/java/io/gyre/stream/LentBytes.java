package io.gyre.stream;

import io.gyre.buffer.Buffer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in memory that a source uses again: handed to a stage or a sink in place of a {@link Buffer}, which would need
 * memory of its own. For authors of stages see {@link Transform#inPlace}; of sources and sinks
 * {@link AbstractReadable#pushLent} and {@link AbstractWritable#doWriteLent}.
 *
 * <p><b>Thread.</b> The loop's, but the bytes may be read on any.
 *
 * <p><b>Errors.</b> After the release, and in a stage after the call that they were lent for, {@link #bytes} throws: the
 * memory may have other bytes by then. Views that were taken before are not watched.
 *
 * <p><b>Close.</b> The sink calls {@link #release} when it needs the bytes no more, on every path. Memory that is never
 * released is left to the collector.
 */
public final class LentBytes implements Loan {

    private final ByteBuffer bytes;
    private final int length;
    private @Nullable Runnable onRelease;

    /**
     * Lends bytes.
     *
     * @param bytes the remaining ones of a direct buffer, at least one; not to be changed by the source before the release,
     *     while a stage on the way may change them
     * @param onRelease called once, by the release
     */
    public LentBytes(ByteBuffer bytes, Runnable onRelease) {
        if (!bytes.hasRemaining() || !bytes.isDirect() || bytes.isReadOnly()) {
            throw new IllegalArgumentException("not a direct, writable buffer with bytes to lend: " + bytes);
        }
        this.bytes = bytes;
        this.length = bytes.remaining();
        this.onRelease = Objects.requireNonNull(onRelease, "onRelease");
    }

    private LentBytes(ByteBuffer bytes) {
        this.bytes = bytes;
        this.length = bytes.remaining();
        this.onRelease = () -> {};
    }

    /** Lends any bytes to a step for the time of its call. */
    static void during(ByteBuffer bytes, Consumer<? super LentBytes> step) {
        LentBytes lent = new LentBytes(bytes);
        try {
            step.accept(lent);
        } finally {
            lent.release();
        }
    }

    /**
     * Returns the bytes.
     *
     * @return a view with indices of its own; to be read until the release, and to be written to only by a stage
     * @throws IllegalStateException after the release
     */
    public ByteBuffer bytes() {
        if (onRelease == null) {
            throw new IllegalStateException("these " + length
                    + " bytes were lent, and are not to be used after the call or release that ended it");
        }
        return bytes.slice();
    }

    /**
     * Counts the bytes.
     *
     * @return 1 or more
     */
    @Override
    public int length() {
        return length;
    }

    /** Says that the bytes are not needed any more. Only the first call counts. */
    @Override
    public void release() {
        Runnable first = onRelease;
        if (first != null) {
            onRelease = null;
            first.run();
        }
    }

    /**
     * Copies the bytes, and releases them.
     *
     * @return a buffer that owns its bytes
     * @throws IllegalStateException after the release
     */
    public Buffer toBuffer() {
        Buffer copy = Buffer.copyOf(bytes());
        release();
        return copy;
    }

    @Override
    public String toString() {
        return length + " lent bytes";
    }
}
