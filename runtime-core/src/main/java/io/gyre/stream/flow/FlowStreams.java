package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.Writable;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Streams as publishers and subscribers of {@link Flow}, and publishers as streams, for any library that speaks Reactive
 * Streams.
 *
 * <p><b>Thread.</b> Publishers may be subscribed to, asked and cancelled, and subscribers signalled, on any thread; what
 * comes out of the loop comes on its thread. <b>Order.</b> That of the chunks. <b>Demand.</b> Nothing is held beyond a
 * stream's high-water mark; {@link FlowDemand} says what is counted. <b>Errors.</b> The error that breaks the stream, or
 * its publisher, arrives as it is; a stream that closes early is an error too, and so is a loop that ends before.
 * <b>End.</b> Cancelling destroys the source. Until it is through or cancelled, a subscription keeps the loop alive.
 */
public final class FlowStreams {

    private FlowStreams() {}

    /**
     * Offers a stream as a publisher. It takes as many chunks as are asked for, and flows when asked for
     * {@link Long#MAX_VALUE}; it holds no chunk itself. A chunk of a byte stream is what waits at the moment.
     *
     * @param <T> the type of the chunks
     * @param source taken over at the subscription: nobody else may read it then
     * @return a publisher for one subscriber; another one is told {@link IllegalStateException}
     */
    public static <T> Flow.Publisher<T> publisher(Readable<T> source) {
        return publisher(source, FlowDemand.chunks());
    }

    /**
     * Offers a stream as a publisher that counts its demand in chunks or in bytes. Otherwise as
     * {@link #publisher(Readable)}.
     *
     * @param <T> the type of the chunks
     * @param source taken over at the subscription: nobody else may read it then
     * @param demand what {@code request(n)} counts
     * @return a publisher for one subscriber; another one is told {@link IllegalStateException}
     */
    public static <T> Flow.Publisher<T> publisher(Readable<T> source, FlowDemand demand) {
        return new ReadablePublisher<>(
                Objects.requireNonNull(source, "source"), Objects.requireNonNull(demand, "demand"));
    }

    /**
     * Opens a stream on a loop for each subscriber, whatever thread that one is on: a publisher for any number of them.
     *
     * @param <T> the type of the chunks
     * @param loop where the streams are opened
     * @param source called on the loop's thread at each subscription; what it throws is told to the subscriber
     * @return a publisher that holds nothing until it is subscribed to
     */
    public static <T> Flow.Publisher<T> publisher(EventLoop loop, Callable<? extends Readable<T>> source) {
        return publisher(loop, source, FlowDemand.chunks());
    }

    /**
     * Opens a stream on a loop for each subscriber, and counts demand in chunks or in bytes. Otherwise as
     * {@link #publisher(EventLoop, Callable)}.
     *
     * @param <T> the type of the chunks
     * @param loop where the streams are opened
     * @param source called on the loop's thread at each subscription; what it throws is the subscriber's error
     * @param demand what {@code request(n)} counts
     * @return a publisher
     */
    public static <T> Flow.Publisher<T> publisher(
            EventLoop loop, Callable<? extends Readable<T>> source, FlowDemand demand) {
        return new DeferredPublisher<>(
                Objects.requireNonNull(loop, "loop"),
                Objects.requireNonNull(source, "source"),
                Objects.requireNonNull(demand, "demand"));
    }

    /**
     * Feeds a stream at its pace. The window of chunks under way follows the stream's high-water mark: as many objects,
     * or as many buffers of the size seen so far as fit into its bytes.
     *
     * @param <T> the type of the chunks
     * @param destination where to; ended with the publisher
     * @return a subscriber for one subscription, made on any thread
     */
    public static <T> WritableSubscriber<T> subscriber(Writable<? super T> destination) {
        return subscriber(destination, FlowDemand.chunks());
    }

    /**
     * Feeds a stream at its pace, and asks for chunks or for bytes.
     *
     * @param <T> the type of the chunks
     * @param destination where to; ended with the publisher
     * @param demand what the publisher counts, and how much of it may be asked for and not yet written
     * @return a subscriber for one subscription, made on any thread
     */
    public static <T> WritableSubscriber<T> subscriber(Writable<? super T> destination, FlowDemand demand) {
        return subscriber(destination, demand, chunk -> {});
    }

    /**
     * Feeds a stream at its pace, and hands back what it can no longer write.
     *
     * @param <T> the type of the chunks
     * @param destination where to; ended with the publisher
     * @param demand what the publisher counts, and how much of it may be asked for and not yet written
     * @param dropped given each chunk that arrives after the stream is through, on the loop's thread
     * @return a subscriber for one subscription, made on any thread
     */
    public static <T> WritableSubscriber<T> subscriber(
            Writable<? super T> destination, FlowDemand demand, Consumer<? super T> dropped) {
        return new WritableSubscriber<>(
                Objects.requireNonNull(destination, "destination"),
                Objects.requireNonNull(demand, "demand"),
                Objects.requireNonNull(dropped, "dropped"));
    }

    /**
     * Offers a publisher as a stream of objects. It is subscribed to when the stream is first read, and asked for what
     * the stream has room for.
     *
     * @param <T> the type of the chunks
     * @param loop the loop that the stream belongs to; call this on its thread
     * @param publisher may signal on any thread; cancelled when the stream is destroyed
     * @return a stream that has not started
     */
    public static <T> Readable<T> readable(EventLoop loop, Flow.Publisher<? extends T> publisher) {
        return readable(loop, publisher, StreamOptions.objects(), FlowDemand.chunks());
    }

    /**
     * Offers a publisher as a stream, and asks it for chunks or for bytes. It is subscribed to when the stream is first
     * read, and asked for what the stream has room for; byte streams expect buffers of about the size seen so far.
     *
     * @param <T> the type of the chunks
     * @param loop the loop that the stream belongs to; call this on its thread
     * @param publisher may signal on any thread; cancelled when the stream is destroyed
     * @param options how the stream buffers
     * @param demand what the publisher counts, and how much is asked for
     * @return a stream that has not started
     */
    public static <T> Readable<T> readable(
            EventLoop loop, Flow.Publisher<? extends T> publisher, StreamOptions<T> options, FlowDemand demand) {
        return new PublisherReadable<>(
                loop,
                Objects.requireNonNull(publisher, "publisher"),
                options,
                Objects.requireNonNull(demand, "demand"));
    }
}
