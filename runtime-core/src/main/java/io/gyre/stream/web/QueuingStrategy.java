package io.gyre.stream.web;

/**
 * How much a stream queues, and how much a chunk counts. {@link CountQueuingStrategy} and
 * {@link ByteLengthQueuingStrategy} are the usual ones.
 *
 * <p>Asked on the loop's thread. What {@link #size} throws breaks the stream, and so does a size that is negative,
 * infinite or no number.
 *
 * @param <T> the type of the chunks
 */
public interface QueuingStrategy<T> {

    /**
     * Returns from where on the stream has enough. Asked once.
     *
     * @return 0 or more: 0 queues nothing before somebody reads, {@link Double#POSITIVE_INFINITY} sets no limit
     */
    double highWaterMark();

    /**
     * Returns how much a chunk counts.
     *
     * @param chunk the chunk
     * @return 0 or more, and finite
     */
    double size(T chunk);
}
