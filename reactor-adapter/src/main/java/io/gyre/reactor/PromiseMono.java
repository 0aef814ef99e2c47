package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

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
        PromiseSubscription<T> subscription = new PromiseSubscription<>(loop, actual);
        if (loop.inEventLoop()) {
            subscription.begin(operation);
            return;
        }
        try {
            loop.execute(() -> subscription.begin(operation));
        } catch (RejectedExecutionException ended) {
            Operators.error(actual, ended);
        }
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
