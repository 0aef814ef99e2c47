package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import io.gyre.stream.flow.FlowStreams;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * Fluxes over the streams of a loop, and streams over publishers.
 *
 * <p><b>Thread.</b> A flux may be subscribed to, asked and cancelled from any thread; all its signals come on the
 * loop's. <b>Order.</b> That of the chunks. <b>Errors.</b> The error that breaks the stream; a stream that closes early
 * is an error too, and so is a loop that ends before. <b>End.</b> Cancelling destroys the stream. Until it is through or
 * cancelled, a subscription keeps the loop alive.
 */
public final class LoopFlux {

    static {
        LoopThreads.areNonBlocking();
    }

    private LoopFlux() {}

    /**
     * Offers a stream as a flux. It takes as many chunks as are asked for, and flows when asked for
     * {@link Long#MAX_VALUE}; it holds no chunk itself, so the stream reads no further ahead than its high-water mark.
     * A chunk of a byte stream is what waits at the moment.
     *
     * @param <T> the type of the chunks
     * @param source taken over at the subscription: nobody else may read it then
     * @return a flux for one subscriber; another one is told {@link IllegalStateException}
     */
    public static <T> Flux<T> from(Readable<T> source) {
        return from(source, Demand.chunks());
    }

    /**
     * Offers a stream as a flux that counts its demand in chunks or in bytes. Otherwise as {@link #from(Readable)}.
     *
     * @param <T> the type of the chunks
     * @param source taken over at the subscription: nobody else may read it then
     * @param demand what {@code request(n)} counts
     * @return a flux for one subscriber; another one is told {@link IllegalStateException}
     */
    public static <T> Flux<T> from(Readable<T> source, Demand demand) {
        return ReadableFlux.over(Objects.requireNonNull(source, "source"), Objects.requireNonNull(demand, "demand"));
    }

    /**
     * Opens a stream on a loop for each subscriber, whatever thread that one is on: a flux for any number of
     * subscribers, and one that {@code retry} and {@code repeat} can subscribe to again.
     *
     * <pre>{@code
     * Flux<Buffer> file = LoopFlux.defer(loop, () -> files.createReadStream(path));
     * }</pre>
     *
     * @param <T> the type of the chunks
     * @param loop where the streams are opened
     * @param source called on the loop's thread at each subscription; what it throws is the flux's error
     * @return a cold flux
     */
    public static <T> Flux<T> defer(EventLoop loop, Callable<? extends Readable<T>> source) {
        return defer(loop, source, Demand.chunks());
    }

    /**
     * Opens a stream on a loop for each subscriber, and counts demand in chunks or in bytes. Otherwise as
     * {@link #defer(EventLoop, Callable)}.
     *
     * @param <T> the type of the chunks
     * @param loop where the streams are opened
     * @param source called on the loop's thread at each subscription; what it throws is the flux's error
     * @param demand what {@code request(n)} counts
     * @return a cold flux
     */
    public static <T> Flux<T> defer(EventLoop loop, Callable<? extends Readable<T>> source, Demand demand) {
        return DeferredFlux.over(
                Objects.requireNonNull(loop, "loop"),
                Objects.requireNonNull(source, "source"),
                Objects.requireNonNull(demand, "demand"));
    }

    /**
     * Offers the events of a listener, which is added at each subscription and removed on cancellation. Events do not
     * wait for who reads them: those that were not asked for are kept, without a bound. {@code onBackpressureLatest} and
     * its like behind it do otherwise.
     *
     * <pre>{@code
     * Flux<ClientException> errors = LoopFlux.events(loop, server::onClientError);
     * }</pre>
     *
     * @param <T> the type of the events
     * @param loop what the listener is added on
     * @param register adds the listener that it is given, on the loop's thread; what it throws is the flux's error
     * @return a flux without an end
     */
    public static <T> Flux<T> events(EventLoop loop, Function<? super Consumer<T>, ? extends Registration> register) {
        Objects.requireNonNull(register, "register");
        return ListenerFlux.over(Objects.requireNonNull(loop, "loop"), register);
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
    public static <T> Readable<T> toReadable(EventLoop loop, Publisher<? extends T> publisher) {
        return toReadable(loop, publisher, StreamOptions.objects());
    }

    /**
     * Offers a publisher as a stream. It is subscribed to when the stream is first read, and asked for what the stream
     * has room for; byte streams expect buffers of about the size seen so far.
     *
     * @param <T> the type of the chunks
     * @param loop the loop that the stream belongs to; call this on its thread
     * @param publisher may signal on any thread; cancelled when the stream is destroyed
     * @param options how the stream buffers
     * @return a stream that has not started
     */
    public static <T> Readable<T> toReadable(
            EventLoop loop, Publisher<? extends T> publisher, StreamOptions<T> options) {
        return toReadable(loop, publisher, options, Demand.chunks());
    }

    /**
     * Offers a publisher as a stream, and asks it for chunks or for bytes. Otherwise as
     * {@link #toReadable(EventLoop, Publisher, StreamOptions)}.
     *
     * @param <T> the type of the chunks
     * @param loop the loop that the stream belongs to; call this on its thread
     * @param publisher may signal on any thread; cancelled when the stream is destroyed
     * @param options how the stream buffers
     * @param demand what the publisher counts, and how much is asked for
     * @return a stream that has not started
     */
    public static <T> Readable<T> toReadable(
            EventLoop loop, Publisher<? extends T> publisher, StreamOptions<T> options, Demand demand) {
        Objects.requireNonNull(publisher, "publisher");
        Objects.requireNonNull(demand, "demand");
        return FlowStreams.readable(loop, new PublisherFlow<>(publisher), options, demand.flow());
    }
}
