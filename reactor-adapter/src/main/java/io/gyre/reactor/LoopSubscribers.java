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
        return new WritableSubscriber<>(Objects.requireNonNull(destination, "destination"), 0);
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
        if (window < 1) {
            throw new IllegalArgumentException("the window must hold at least one chunk, not " + window);
        }
        return new WritableSubscriber<>(Objects.requireNonNull(destination, "destination"), window);
    }
}
