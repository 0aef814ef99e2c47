package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A source of chunks that delivers as fast as its consumer takes them (Node's {@code stream.Readable}).
 *
 * <p>A stream starts neither flowing nor paused. A data listener, {@link #resume} or {@link #pipe} makes it flow: chunks
 * arrive by themselves. A readable listener or {@link #pause} stops that: chunks wait until {@link #read} takes them. Up
 * to {@link #readableHighWaterMark} is read ahead, and at most one chunk more.
 *
 * <p><b>One chunk at a time.</b> For a consumer that asks (a coroutine, a subscriber with demand): call {@link #read}; if
 * it returns null, wait for the next readable, end, error or close event, then call it again. {@link ChunkReader} does
 * that.
 *
 * <p>Thread, order, errors and close are as in {@link Stream}; the end event comes in a tick of its own, after the last
 * chunk was taken, and only then.
 *
 * @param <T> the type of the chunks; {@link io.gyre.buffer.Buffer} for bytes
 */
@SuppressWarnings("JavaLangClash") // it is the name that the field knows; importing it hides the other one
public sealed interface Readable<T> extends Stream, ReadableOperators<T>
        permits AbstractReadable, ForwardingReadable, Duplex {

    /**
     * Makes a stream of objects out of a collection or any other iterable. Its iterator is asked for one element at a
     * time, when the consumer has room; an iterator that is {@link AutoCloseable} is closed with the stream.
     *
     * @param <T> the type of the elements
     * @param loop the loop that the stream belongs to
     * @param elements not null, and no null among them
     * @return a stream that has not started
     */
    static <T> Readable<T> from(EventLoop loop, Iterable<? extends T> elements) {
        return new IterableReadable<>(loop, elements);
    }

    /**
     * Makes a stream of objects out of an asynchronous iterator. It is asked for one element at a time, when the consumer
     * has room, and closed with the stream.
     *
     * @param <T> the type of the elements
     * @param loop the loop that the stream and the iterator's promises belong to
     * @param elements no null among them
     * @return a stream that has not started
     */
    static <T> Readable<T> from(EventLoop loop, AsyncIterator<? extends T> elements) {
        return new AsyncIteratorReadable<>(loop, elements);
    }

    /**
     * Adds a listener for chunks and lets the stream flow, unless it was paused.
     *
     * @param listener given each chunk
     * @return removes the listener; the stream stays in its mode
     */
    Registration onData(Consumer<? super T> listener);

    /**
     * Adds a listener for the moments when {@link #read} has something new to tell: chunks, or the end. It takes
     * precedence over flowing.
     *
     * @param listener called in a tick of its own
     * @return removes the listener
     */
    Registration onReadable(Runnable listener);

    /**
     * Adds a listener for the end of the data; it comes only if all of it was taken.
     *
     * @param listener called once
     * @return removes the listener
     */
    Registration onEnd(Runnable listener);

    /**
     * Adds a listener for the stop of the flow.
     *
     * @param listener called by {@link #pause}
     * @return removes the listener
     */
    Registration onPause(Runnable listener);

    /**
     * Adds a listener for the start of the flow.
     *
     * @param listener called in the tick in which the flow starts
     * @return removes the listener
     */
    Registration onResume(Runnable listener);

    /**
     * Takes what is there: the bytes that wait, or one object.
     *
     * @return null if there is nothing now, or nothing any more
     */
    @Nullable
    T read();

    /**
     * Takes so many bytes, or one object.
     *
     * @param n how many bytes; 0 takes nothing but lets the stream read ahead
     * @return exactly so many; fewer only at the end; null if they are not there yet
     */
    @Nullable
    T read(int n);

    /**
     * Puts a chunk back to be delivered first. Not after the end event.
     *
     * @param chunk what was taken too much
     */
    void unshift(T chunk);

    /** Stops the flow; chunks wait. */
    void pause();

    /** Lets the stream flow, from the next tick on. Has no effect while there is a readable listener. */
    void resume();

    /**
     * Tells whether the flow was stopped on purpose.
     *
     * @return true after {@link #pause}
     */
    boolean isPaused();

    /**
     * Tells whether chunks arrive by themselves.
     *
     * @return true in flowing mode
     */
    boolean isFlowing();

    /**
     * Feeds a writable stream at its pace, and ends it at the end. Errors are not passed on: {@link Pipeline} does that.
     *
     * @param <W> the type of the destination
     * @param destination where to
     * @return the destination
     */
    default <W extends Writable<? super T>> W pipe(W destination) {
        return pipe(destination, true);
    }

    /**
     * Feeds a writable stream at its pace.
     *
     * @param <W> the type of the destination
     * @param destination where to
     * @param end whether to end it at the end of this stream
     * @return the destination
     */
    <W extends Writable<? super T>> W pipe(W destination, boolean end);

    /** Ceases to feed any stream, and stops the flow. */
    void unpipe();

    /**
     * Ceases to feed a stream; stops the flow if it was the last one.
     *
     * @param destination what {@link #pipe} was given
     */
    void unpipe(Writable<? super T> destination);

    /**
     * Tells whether there is still something to come: no end, error or destroy yet.
     *
     * @return false once {@link #read} can no longer succeed
     */
    boolean isReadable();

    /**
     * Tells whether the end event was told.
     *
     * @return true from then on
     */
    boolean isReadableEnded();

    /**
     * Tells whether the stream broke or was destroyed before its end.
     *
     * @return true if the end event will never come
     */
    boolean isReadableAborted();

    /**
     * Tells whether any chunk was taken.
     *
     * @return true from the first one on
     */
    boolean isReadableDidRead();

    /**
     * Returns how much is read ahead.
     *
     * @return bytes, or objects
     */
    int readableHighWaterMark();

    /**
     * Returns how much waits to be taken.
     *
     * @return bytes, or objects
     */
    int readableLength();
}
