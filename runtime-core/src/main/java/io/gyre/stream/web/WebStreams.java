package io.gyre.stream.web;

import io.gyre.buffer.Buffer;
import io.gyre.stream.Duplex;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.Writable;
import java.util.Objects;

/**
 * Web streams over streams, and the other way round (Node's {@code toWeb} and {@code fromWeb}).
 *
 * <p><b>Thread.</b> That of the loop that both belong to. <b>Errors.</b> What breaks one side breaks the other; a stream
 * that closes early gives {@link io.gyre.abort.AbortException}. <b>Close.</b> The end of one side is the end of the
 * other; cancelling or aborting destroys the stream.
 */
public final class WebStreams {

    private WebStreams() {}

    /**
     * Offers a stream as a web stream, which queues what its high-water mark says: bytes where chunks are buffers.
     *
     * @param <T> the type of the chunks
     * @param stream taken over: nobody else may read it
     * @return a web stream; a closed one if the stream can no longer be read
     */
    public static <T> ReadableStream<T> toWeb(Readable<T> stream) {
        return toWeb(stream, sized(stream.readableHighWaterMark()));
    }

    /**
     * Offers a stream as a web stream.
     *
     * @param <T> the type of the chunks
     * @param stream taken over: nobody else may read it
     * @param strategy how much the web stream queues, beside what the stream reads ahead
     * @return a web stream; a closed one if the stream can no longer be read
     */
    public static <T> ReadableStream<T> toWeb(Readable<T> stream, QueuingStrategy<? super T> strategy) {
        Objects.requireNonNull(stream, "stream");
        return ReadableSource.over(stream, strategy);
    }

    /**
     * Offers a stream as a web stream, which queues what its high-water mark says: bytes where chunks are buffers.
     *
     * @param <T> the type of the chunks
     * @param stream taken over: nobody else may write it
     * @return a web stream; a closed one if the stream can no longer be written
     */
    public static <T> WritableStream<T> toWeb(Writable<? super T> stream) {
        return WritableSink.over(Objects.requireNonNull(stream, "stream"), sized(stream.writableHighWaterMark()));
    }

    /**
     * Offers the two sides of a stream as web streams, which queue what the marks of the sides say. Cancelling the one or
     * aborting the other destroys the stream.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @param stream taken over: nobody else may read or write it
     * @return a web stream for each side; a closed one where the stream can no longer be read, or written
     */
    public static <I, O> ReadableWritablePair<I, O> toWeb(Duplex<I, O> stream) {
        Readable<O> out = Objects.requireNonNull(stream, "stream");
        Writable<I> in = stream;
        return new ReadableWritablePair<>(toWeb(out), toWeb(in));
    }

    /**
     * Offers a pair of web streams as one stream.
     *
     * @param <I> the type of the chunks that are written
     * @param <O> the type of the chunks that are read
     * @param pair locked from now on
     * @param writable how the writable side buffers
     * @param readable how the readable side does
     * @return a stream that has not started
     * @throws IllegalStateException if one of the web streams is locked
     */
    public static <I, O> Duplex<I, O> fromWeb(
            ReadableWritablePair<I, O> pair, StreamOptions<I> writable, StreamOptions<O> readable) {
        return Duplex.from(fromWeb(pair.readable(), readable), fromWeb(pair.writable(), writable));
    }

    /**
     * Offers a web stream as a stream.
     *
     * @param <T> the type of the chunks
     * @param stream locked from now on
     * @param options how the stream buffers
     * @return a stream that has not started
     * @throws IllegalStateException if the web stream is locked
     */
    public static <T> Readable<T> fromWeb(ReadableStream<T> stream, StreamOptions<T> options) {
        return new WebReadable<>(stream, options);
    }

    /**
     * Offers a web stream as a stream.
     *
     * @param <T> the type of the chunks
     * @param stream locked from now on
     * @param options how the stream buffers
     * @return a stream that has not started
     * @throws IllegalStateException if the web stream is locked
     */
    public static <T> Writable<T> fromWeb(WritableStream<T> stream, StreamOptions<T> options) {
        return new WebWritable<>(stream, options);
    }

    private static QueuingStrategy<Object> sized(int highWaterMark) {
        return new QueuingStrategy<>() {

            @Override
            public double highWaterMark() {
                return highWaterMark;
            }

            @Override
            public double size(Object chunk) {
                return chunk instanceof Buffer buffer ? buffer.length() : 1;
            }
        };
    }
}
