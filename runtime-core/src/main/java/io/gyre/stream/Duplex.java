package io.gyre.stream;

/**
 * A stream with two sides: a sink of chunks and a source of others, that live and die together (Node's
 * {@code stream.Duplex}). The sides buffer apart from each other; a socket is one.
 *
 * <p>Thread, order and errors are as in {@link Readable} and {@link Writable}. An error of either side destroys both.
 * The stream destroys itself when both are through: the readable one ended, the writable one finished.
 *
 * @param <I> the type of the chunks that are written
 * @param <O> the type of the chunks that are read
 */
public sealed interface Duplex<I, O> extends Readable<O>, Writable<I> permits AbstractDuplex, Transform {

    /**
     * Tells whether the writable side stays open when the readable one has ended.
     *
     * @return false if it is ended then
     */
    boolean allowsHalfOpen();
}
