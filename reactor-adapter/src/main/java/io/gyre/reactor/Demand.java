package io.gyre.reactor;

import io.gyre.stream.flow.FlowDemand;

/**
 * What {@code request(n)} counts between a stream and a publisher or subscriber, and how much is asked for at a time.
 * Immutable: each method returns a changed copy.
 *
 * <p>Chunks are what every operator counts, and the default. Bytes are for two ends that both count them, such as
 * {@link LoopFlux#from(io.gyre.stream.Readable, Demand)} and
 * {@link LoopSubscribers#into(io.gyre.stream.Writable, Demand)}, with nothing in between but operators that pass demand
 * through, such as {@code map} or {@code doOnNext}. An operator with a queue of its own ({@code publishOn},
 * {@code flatMap}, {@code limitRate}) asks for so many elements, and takes them for bytes.
 */
public final class Demand {

    private static final Demand CHUNKS = new Demand(FlowDemand.chunks());
    private static final Demand BYTES = new Demand(FlowDemand.bytes());

    /** The same, for the core, which does the counting. */
    private final FlowDemand flow;

    private Demand(FlowDemand flow) {
        this.flow = flow;
    }

    /**
     * Counts chunks, whatever their size. Whoever asks on behalf of a stream asks for as many objects as its high-water
     * mark holds, or as many buffers of the size seen so far.
     *
     * @return the default
     */
    public static Demand chunks() {
        return CHUNKS;
    }

    /**
     * Counts the bytes of buffers; anything else counts 1. Whoever asks on behalf of a stream asks for as many bytes as
     * its high-water mark holds. A byte stream is cut into buffers of at most what is asked for; buffers that a stream
     * hands over as objects stay whole, and what was too much is taken off what is asked for next.
     *
     * @return demand in bytes
     */
    public static Demand bytes() {
        return BYTES;
    }

    /**
     * Sets how much may be asked for and not yet written or read, in place of what follows the high-water mark. A flux
     * over a stream has no window: its subscriber asks.
     *
     * @param value chunks or bytes: 1 or more
     * @return a changed copy
     */
    public Demand window(int value) {
        return new Demand(flow.window(value));
    }

    FlowDemand flow() {
        return flow;
    }

    @Override
    public String toString() {
        return flow.toString();
    }
}
