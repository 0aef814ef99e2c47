package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Opens the connections of a driver on a loop, whoever asks for them: a pool asks on a thread of its own, and the
 * callbacks of a driver without I/O threads run where it was asked.
 */
final class LoopConnectionFactory implements ConnectionFactory, Wrapped<ConnectionFactory> {

    private final ConnectionFactory driver;
    private final ApplicationLoops loops;

    LoopConnectionFactory(ConnectionFactory driver, ApplicationLoops loops) {
        this.driver = driver;
        this.loops = loops;
    }

    @Override
    public Publisher<? extends Connection> create() {
        return Mono.defer(() -> {
            Mono<Connection> connection = Mono.defer(() -> Mono.<Connection>from(driver.create()));
            EventLoop here = loops.currentOrNull();
            if (here != null) {
                // The driver may be a pool, whose timeouts are elsewhere.
                return BackOnLoop.errors(connection, here);
            }
            return connection.subscribeOn(LoopSchedulers.from(loops.choose()));
        });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }

    @Override
    public ConnectionFactory unwrap() {
        return driver;
    }
}
