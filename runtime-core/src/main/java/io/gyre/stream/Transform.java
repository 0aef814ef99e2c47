package io.gyre.stream;

import io.gyre.buffer.Buffer;
import io.gyre.loop.EventLoop;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * A stream whose readable side is made from what is written (Node's {@code stream.Transform}): compression, parsing,
 * encryption.
 *
 * <p>Chunks are transformed one by one, in order. When the readable side is full, the next one waits, and so the writer
 * is held back by the reader. The readable side ends after the flush step, which follows the last chunk.
 *
 * <p>Thread, order, errors and close are as in {@link Duplex}. To write one, extend {@link AbstractTransform}, or call
 * {@link #of}.
 *
 * @param <I> the type of the chunks that are written
 * @param <O> the type of the chunks that are read
 */
public sealed interface Transform<I, O> extends Duplex<I, O> permits AbstractTransform {

    /**
     * What is done with a chunk.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     */
    @FunctionalInterface
    interface Step<I, O> {

        /**
         * Transforms a chunk, now or later. What it throws is thrown by the write that brought the chunk.
         *
         * @param chunk what was written
         * @param output for what comes out; to be told when the chunk is done, or with the error
         */
        void transform(I chunk, TransformOutput<O> output);
    }

    /**
     * What is done after the last chunk.
     *
     * @param <O> the type of the chunks that are read
     */
    @FunctionalInterface
    interface Flush<O> {

        /**
         * Puts out what is left, now or later.
         *
         * @param output for what comes out; to be told when all is, or with the error
         */
        void flush(TransformOutput<O> output);
    }

    /**
     * Makes a transform out of a function.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @param loop the loop that it belongs to
     * @param options how it buffers
     * @param step what is done with a chunk
     * @return a stream that has not started
     */
    static <I, O> Transform<I, O> of(EventLoop loop, DuplexOptions<I, O> options, Step<? super I, O> step) {
        return of(loop, options, step, TransformOutput::done);
    }

    /**
     * Makes a transform out of two functions.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @param loop the loop that it belongs to
     * @param options how it buffers
     * @param step what is done with a chunk
     * @param flush what is done after the last one
     * @return a stream that has not started
     */
    static <I, O> Transform<I, O> of(
            EventLoop loop, DuplexOptions<I, O> options, Step<? super I, O> step, Flush<O> flush) {
        return new StepTransform<>(
                loop, options, Objects.requireNonNull(step, "step"), Objects.requireNonNull(flush, "flush"));
    }

    /**
     * Makes a transform that looks at the bytes on their way and changes nothing: a checksum, a count, a search. Where a
     * source lends its memory, as that of a file does between two pipes, they are not copied for the look.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     * @param look told each run of bytes, in order; the view is read-only and only to be read within the call, since the
     *     memory is used again. What it throws is thrown by the write that brought the chunk.
     * @return a stream that has not started
     */
    static Transform<Buffer, Buffer> peek(
            EventLoop loop, DuplexOptions<Buffer, Buffer> options, Consumer<? super ByteBuffer> look) {
        return new PeekTransform(loop, options, Objects.requireNonNull(look, "look"));
    }

    /**
     * Makes a transform that changes bytes where they are, and keeps none: a cipher, a mask, a replacement of the same
     * length. Where a source lends its memory, as that of a file does between two pipes, the bytes go on in it, without a
     * copy; of an ordinary chunk, which somebody else may hold, a copy is changed.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     * @param step given each run of bytes, in order, for the time of the call; what it leaves in them goes on, as many as
     *     came. What it throws is thrown by the write that brought the chunk.
     * @return a stream that has not started
     */
    static Transform<Buffer, Buffer> inPlace(
            EventLoop loop, DuplexOptions<Buffer, Buffer> options, Consumer<? super LentBytes> step) {
        return inPlace(loop, options, step, TransformOutput::done);
    }

    /**
     * Makes a transform that changes bytes where they are, and adds some at the end: a cipher with a tag.
     *
     * @param loop the loop that it belongs to
     * @param options how it buffers
     * @param step as in {@link #inPlace(EventLoop, DuplexOptions, Consumer)}
     * @param flush what is done after the last run of bytes
     * @return a stream that has not started
     */
    static Transform<Buffer, Buffer> inPlace(
            EventLoop loop,
            DuplexOptions<Buffer, Buffer> options,
            Consumer<? super LentBytes> step,
            Flush<Buffer> flush) {
        return new InPlaceTransform(
                loop, options, Objects.requireNonNull(step, "step"), Objects.requireNonNull(flush, "flush"));
    }
}
