package io.gyre.reactor;

import io.gyre.http.HttpServer;
import io.gyre.loop.Registration;
import io.gyre.promise.Promise;
import io.gyre.promise.Resolvers;
import java.net.InetSocketAddress;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * The core's HTTP servers, to be started and closed as monos; {@link LoopHandler} makes their handlers.
 *
 * <pre>{@code
 * HttpServer server = HttpServer.create(loop, LoopHandler.of(...));
 * LoopServers.listen(server, new InetSocketAddress(8080)).subscribe(address -> ...);
 * }</pre>
 *
 * <p><b>Thread.</b> May be subscribed to and cancelled from any thread; signals come on the loop's.
 */
public final class LoopServers {

    static {
        LoopThreads.areNonBlocking();
    }

    private LoopServers() {}

    /**
     * Starts to listen at the subscription. Cancelling before the address was told closes the server.
     *
     * @param server one that does not listen
     * @param address where; port 0 is any free one
     * @return the address with the actual port, when connections are accepted; {@link java.io.IOException} if the server
     *     cannot listen there
     */
    public static Mono<InetSocketAddress> listen(HttpServer server, InetSocketAddress address) {
        Objects.requireNonNull(address, "address");
        return LoopMono.abortable(Objects.requireNonNull(server, "server").loop(), signal -> {
            Resolvers<InetSocketAddress> outcome = Promise.withResolvers(server.loop());
            server.listen(address, () -> outcome.resolve(Objects.requireNonNull(server.address(), "address")));
            Registration onError = server.onError(outcome::reject);
            signal.onAbort(reason -> server.close());
            return outcome.promise().finallyDo(onError::remove);
        });
    }

    /**
     * Closes a server at the subscription, unless it is closed already. Cancelling means that nobody is told.
     *
     * @param server any
     * @return completes when its connections have finished their responses and are gone
     */
    public static Mono<Void> close(HttpServer server) {
        return LoopMono.<Boolean>defer(Objects.requireNonNull(server, "server").loop(), () -> {
                    Resolvers<Boolean> outcome = Promise.withResolvers(server.loop());
                    if (server.isClosed()) {
                        outcome.resolve(true);
                    } else {
                        server.onClose(() -> outcome.resolve(true));
                        server.close();
                    }
                    return outcome.promise();
                })
                .then();
    }
}
