package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;

/** The outcome of a promise that is there, or is made for each subscriber. */
final class PromiseMono<T> extends Mono<T> {

    private final EventLoop loop;
    private final Operation<T> operation;

    private PromiseMono(EventLoop loop, Operation<T> operation) {
        this.loop = loop;
        this.operation = operation;
    }

    static <T> Mono<T> over(EventLoop loop, Operation<T> operation) {
        return onAssembly(new PromiseMono<>(loop, operation));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        new PromiseSubscription<>(loop, actual, operation).start(actual);
    }

    @Override
    public String toString() {
        return "LoopMono on " + loop;
    }

    /** What is started for a subscriber. */
    interface Operation<T> {

        /** Starts it. The subscription gives a signal to those that can be given up. */
        Promise<? extends @Nullable T> startFor(PromiseSubscription<T> subscription) throws Exception;
    }
}
