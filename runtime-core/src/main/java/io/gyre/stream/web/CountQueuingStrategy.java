package io.gyre.stream.web;

/**
 * Counts chunks.
 *
 * @param highWaterMark how many are enough; 0 or more
 */
public record CountQueuingStrategy(double highWaterMark) implements QueuingStrategy<Object> {

    @Override
    public double size(Object chunk) {
        return 1;
    }
}
