package io.gyre.reactor;

import io.gyre.stream.Writable;
import java.util.Objects;

/** Subscribers that feed the streams of a loop; see {@link WritableSubscriber}. */
public final class LoopSubscribers {

    static {
        LoopThreads.areNonBlocking();
    }

    private LoopSubscribers() {}

    /**
     * Feeds a stream at its pace. The window of chunks under way follows the stream's high-water mark: as many objects,
     * or as many buffers of the size seen so far as fit into its bytes.
     *
     * @param <T> the type of the chunks
     * @param destination where to; ended with the publisher
     * @return a subscriber for one subscription, made on any thread
     */
    public static <T> WritableSubscriber<T> into(Writable<? super T> destination) {
        return into(destination, Demand.chunks());
    }

    /**
     * Feeds a stream at its pace, with so many chunks under way.
     *
     * @param <T> the type of the chunks
     * @param destination where to; ended with the publisher
     * @param window how many chunks may be asked for and not yet written: 1 or more
     * @return a subscriber for one subscription, made on any thread
     */
    public static <T> WritableSubscriber<T> into(Writable<? super T> destination, int window) {
        return into(destination, Demand.chunks().window(window));
    }

    /**
     * Feeds a stream at its pace, and asks for chunks or for bytes.
     *
     * @param <T> the type of the chunks
     * @param destination where to; ended with the publisher
     * @param demand what the publisher counts, and how much of it may be asked for and not yet written
     * @return a subscriber for one subscription, made on any thread
     */
    public static <T> WritableSubscriber<T> into(Writable<? super T> destination, Demand demand) {
        return new WritableSubscriber<>(
                Objects.requireNonNull(destination, "destination"), Objects.requireNonNull(demand, "demand"));
    }
}
