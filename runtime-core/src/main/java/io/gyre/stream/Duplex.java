package io.gyre.stream;

import java.util.List;

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
     * Makes one stream of two (Node's {@code Duplex.from}): it reads from the one and writes to the other. It closes when
     * either is through, and an error of one destroys all three.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @param source where to read from
     * @param sink where to write to; of the same loop
     * @return a stream
     */
    static <I, O> Duplex<I, O> from(Readable<O> source, Writable<I> sink) {
        return new PairedDuplex<>(source, sink);
    }

    /**
     * Makes one stream of two that follow each other (Node's {@code compose}): what is written goes into the first, what
     * is read comes out of the last, and a pipeline joins them.
     *
     * @param <I> the type of the chunks that are written
     * @param <M> the type of the chunks between them
     * @param <O> the type of the chunks that are read
     * @param first where to write to
     * @param last where to read from; used by nobody else, like the first
     * @return a stream
     */
    static <I, M, O> Duplex<I, O> compose(Duplex<I, M> first, Duplex<? super M, O> last) {
        return ComposedDuplex.of(List.of(first, last));
    }

    /**
     * Makes one stream of three that follow each other, as {@link #compose(Duplex, Duplex)} does of two.
     *
     * @param <I> the type of the chunks that are written
     * @param <M> the type of the chunks after the first
     * @param <N> the type of the chunks after the second
     * @param <O> the type of the chunks that are read
     * @param first where to write to
     * @param second what is between
     * @param last where to read from
     * @return a stream
     */
    static <I, M, N, O> Duplex<I, O> compose(
            Duplex<I, M> first, Duplex<? super M, N> second, Duplex<? super N, O> last) {
        return ComposedDuplex.of(List.of(first, second, last));
    }

    /**
     * Tells whether the writable side stays open when the readable one has ended.
     *
     * @return false if it is ended then
     */
    boolean allowsHalfOpen();
}
