package io.gyre.stream.web;

import io.gyre.buffer.Buffer;

/**
 * Counts the bytes of buffers.
 *
 * @param highWaterMark how many are enough; 0 or more
 */
public record ByteLengthQueuingStrategy(double highWaterMark) implements QueuingStrategy<Buffer> {

    @Override
    public double size(Buffer chunk) {
        return chunk.length();
    }
}
