package io.gyre.reactor.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** Loops that end with the resources. */
final class OwnedLoops implements LoopResources {

    private final LoopResources loops;

    /** Given the time after which what is open is closed. */
    private final Function<Duration, CompletableFuture<?>> shutdown;

    private volatile boolean disposed;

    OwnedLoops(LoopResources loops, Function<Duration, CompletableFuture<?>> shutdown) {
        this.loops = loops;
        this.shutdown = shutdown;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loops.onServer(useNative);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loops.onClient(useNative);
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
        return loops.onChannel(type, group);
    }

    @Override
    public void dispose() {
        disposeLater().subscribe();
    }

    /**
     * Ends the loops once nothing is open any more, or after the quiet period. The timeout is not needed: nothing waits
     * for user code after that.
     */
    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.defer(() -> {
            disposed = true;
            return Mono.fromFuture(shutdown.apply(quietPeriod), true).then();
        });
    }

    @Override
    public boolean isDisposed() {
        return disposed || loops.isDisposed();
    }

    @Override
    public String toString() {
        return loops + ", owned";
    }
}
