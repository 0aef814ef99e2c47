package io.gyre.stream.web;

import java.util.Objects;

/**
 * The two sides of something that web streams are written to and read from (the web's {@code ReadableWritablePair}): see
 * {@link WebStreams#toWeb(io.gyre.stream.Duplex)}. Thread, errors and close are those of the two streams.
 *
 * @param <I> the type of the chunks that are written
 * @param <O> the type of the chunks that are read
 * @param readable what comes out
 * @param writable where to write
 */
public record ReadableWritablePair<I, O>(ReadableStream<O> readable, WritableStream<I> writable) {

    /** Takes the two sides, which belong to one loop. */
    public ReadableWritablePair {
        Objects.requireNonNull(readable, "readable");
        Objects.requireNonNull(writable, "writable");
    }
}
