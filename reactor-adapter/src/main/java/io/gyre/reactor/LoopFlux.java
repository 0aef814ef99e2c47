package io.gyre.reactor;

import io.gyre.stream.Readable;
import java.util.Objects;
import reactor.core.publisher.Flux;

/**
 * Fluxes over the streams of a loop.
 *
 * <p><b>Thread.</b> A flux may be subscribed to, asked and cancelled from any thread; all its signals come on the
 * loop's. <b>Order.</b> That of the chunks. <b>Errors.</b> The error that breaks the stream; a stream that closes early
 * is an error too. <b>End.</b> Cancelling destroys the stream.
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
        return ReadableFlux.over(Objects.requireNonNull(source, "source"));
    }
}
