package io.gyre.reactor;

import io.gyre.http.IncomingMessage;
import io.gyre.http.RequestHandler;
import io.gyre.http.ServerResponse;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Handlers of the core's HTTP server that answer with a publisher.
 *
 * <pre>{@code
 * HttpServer.create(loop, LoopHandler.of((request, response) ->
 *         LoopMono.write(LoopFlux.from(request).map(this::upperCase), response)));
 * }</pre>
 *
 * <p><b>Thread.</b> The function is called on the loop's thread; the publisher may signal on any. <b>End.</b> When the
 * publisher completes, a response that was not ended is. When the client goes away first, the publisher is cancelled.
 * <b>Errors.</b> What the function throws or the publisher fails with is answered with 500, or where the head was sent
 * already by closing the connection.
 */
public final class LoopHandler {

    private static final Logger LOG = Loggers.getLogger(LoopHandler.class);

    private LoopHandler() {}

    /**
     * Makes a handler that logs what fails.
     *
     * @param answer gives the publisher of one answer; its elements are dropped
     * @return a handler for {@link io.gyre.http.HttpServer}
     */
    public static RequestHandler of(
            BiFunction<? super IncomingMessage, ? super ServerResponse, ? extends Publisher<?>> answer) {
        return of(answer, (request, error) -> LOG.error(request + " failed", error));
    }

    /**
     * Makes a handler.
     *
     * @param answer gives the publisher of one answer; its elements are dropped
     * @param onError told what failed, on the loop's thread; what it throws goes to the loop's error policy
     * @return a handler for {@link io.gyre.http.HttpServer}
     */
    public static RequestHandler of(
            BiFunction<? super IncomingMessage, ? super ServerResponse, ? extends Publisher<?>> answer,
            BiConsumer<? super IncomingMessage, ? super Throwable> onError) {
        Objects.requireNonNull(answer, "answer");
        Objects.requireNonNull(onError, "onError");
        return (request, response) -> new AnswerSubscriber(request, response, onError).begin(answer);
    }
}
