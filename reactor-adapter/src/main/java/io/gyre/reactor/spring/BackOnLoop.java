package io.gyre.reactor.spring;

import io.gyre.loop.EventLoop;
import io.gyre.reactor.LoopSchedulers;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings what is told on other threads back to the loop of the application that subscribed, if one did. Elsewhere nothing
 * changes.
 */
final class BackOnLoop {

    /** Few: each may hold a file or a piece of one. */
    private static final int PREFETCH = 2;

    private final ObjectProvider<ApplicationLoops> provider;

    /** Looked up at the first use: this is made before most beans are. */
    private volatile @Nullable ApplicationLoops loops;

    BackOnLoop(ObjectProvider<ApplicationLoops> provider) {
        this.provider = provider;
    }

    private @Nullable EventLoop current() {
        ApplicationLoops found = loops;
        if (found == null) {
            found = provider.getObject();
            loops = found;
        }
        return found.currentOrNull();
    }

    <T> Mono<T> mono(Mono<T> source) {
        return Mono.defer(() -> {
            EventLoop here = current();
            return here == null ? source : source.publishOn(LoopSchedulers.from(here));
        });
    }

    <T> Flux<T> flux(Supplier<Flux<T>> source) {
        return Flux.defer(() -> {
            EventLoop here = current();
            return here == null
                    ? source.get()
                    : source.get()
                            .publishOn(LoopSchedulers.from(here), PREFETCH)
                            .doOnDiscard(DataBuffer.class, DataBufferUtils::release);
        });
    }

    /** The errors only: a value is handed on where it is, so that none is lost on the way when nobody wants it any more. */
    <T> Mono<T> errors(Mono<T> source) {
        return Mono.defer(() -> {
            EventLoop here = current();
            return here == null ? source : errors(source, here);
        });
    }

    static <T> Mono<T> errors(Mono<T> source, EventLoop loop) {
        return source.onErrorResume(error ->
                loop.inEventLoop() ? Mono.error(error) : Mono.<T>error(error).publishOn(LoopSchedulers.from(loop)));
    }
}
