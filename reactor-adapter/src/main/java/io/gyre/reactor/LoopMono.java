package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Monos over the promises of a loop.
 *
 * <p><b>Thread.</b> A mono may be subscribed to, asked and cancelled from any thread; its signals come on the loop's, as
 * reactions of the promise do. <b>Errors.</b> The reason of the rejection, which counts as handled once somebody has
 * subscribed; a loop that ends before is an error too. <b>End.</b> A promise cannot be cancelled: cancelling a mono only means that nobody is told.
 */
public final class LoopMono {

    static {
        LoopThreads.areNonBlocking();
    }

    private LoopMono() {}

    /**
     * Offers a promise as a mono. Every subscriber is told the same outcome; null is an empty mono.
     *
     * @param <T> the type of the value
     * @param promise any state
     * @return a hot mono: what it waits for goes on already
     */
    public static <T> Mono<T> from(Promise<? extends @Nullable T> promise) {
        Objects.requireNonNull(promise, "promise");
        return PromiseMono.over(promise.loop(), () -> promise);
    }

    /**
     * Starts an operation on a loop for each subscriber, whatever thread that one is on.
     *
     * <pre>{@code
     * Mono<Buffer> file = LoopMono.defer(loop, () -> fs.readFile(path));
     * }</pre>
     *
     * @param <T> the type of the value
     * @param loop where the operation runs
     * @param operation called on the loop's thread at each subscription; what it throws is the mono's error
     * @return a cold mono
     */
    public static <T> Mono<T> defer(EventLoop loop, Callable<? extends Promise<? extends @Nullable T>> operation) {
        return PromiseMono.over(Objects.requireNonNull(loop, "loop"), Objects.requireNonNull(operation, "operation"));
    }
}
