package io.gyre.stream.flow;

import io.gyre.buffer.Buffer;

/**
 * What {@code request(n)} counts between a stream and a publisher or subscriber, and how much is asked for at a time.
 * Immutable: each method returns a changed copy.
 *
 * <p>Chunks are what everybody counts, and the default. Bytes are for two ends that both count them, such as
 * {@link FlowStreams#publisher(io.gyre.stream.Readable, FlowDemand)} and
 * {@link FlowStreams#subscriber(io.gyre.stream.Writable, FlowDemand)}, with nothing in between but steps that pass demand
 * through. A step with a queue of its own asks for so many elements, and takes them for bytes.
 */
public final class FlowDemand {

    private static final FlowDemand CHUNKS = new FlowDemand(false, 0);
    private static final FlowDemand BYTES = new FlowDemand(true, 0);

    private final boolean bytes;

    /** 0 follows the high-water mark. */
    private final int window;

    private FlowDemand(boolean bytes, int window) {
        this.bytes = bytes;
        this.window = window;
    }

    /**
     * Counts chunks, whatever their size. Whoever asks on behalf of a stream asks for as many objects as its high-water
     * mark holds, or as many buffers of the size seen so far.
     *
     * @return the default
     */
    public static FlowDemand chunks() {
        return CHUNKS;
    }

    /**
     * Counts the bytes of buffers; anything else counts 1. Whoever asks on behalf of a stream asks for as many bytes as
     * its high-water mark holds. A byte stream is cut into buffers of at most what is asked for; buffers that a stream
     * hands over as objects stay whole, and what was too much is taken off what is asked for next.
     *
     * @return demand in bytes
     */
    public static FlowDemand bytes() {
        return BYTES;
    }

    /**
     * Sets how much may be asked for and not yet written or read, in place of what follows the high-water mark. A publisher
     * of a stream has no window: its subscriber asks.
     *
     * @param value chunks or bytes: 1 or more
     * @return a changed copy
     */
    public FlowDemand window(int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "the window must hold at least one " + (bytes ? "byte" : "chunk") + ", not " + value);
        }
        return new FlowDemand(bytes, value);
    }

    boolean inBytes() {
        return bytes;
    }

    /** How much a chunk counts. */
    long weight(Object chunk) {
        return bytes && chunk instanceof Buffer buffer ? Math.max(1, buffer.length()) : 1;
    }

    DemandWindow open(int highWaterMark) {
        return new DemandWindow(bytes, window, highWaterMark);
    }

    @Override
    public String toString() {
        String unit = bytes ? "bytes" : "chunks";
        return window == 0 ? "demand in " + unit : "demand in " + unit + ", at most " + window;
    }
}
