package io.gyre.reactor;

import io.gyre.stream.Readable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The chunks of a stream, for one subscriber. */
final class ReadableFlux<T> extends Flux<T> {

    private final Readable<T> source;
    private final Demand counting;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    private ReadableFlux(Readable<T> source, Demand demand) {
        this.source = source;
        this.counting = demand;
    }

    static <T> Flux<T> over(Readable<T> source, Demand demand) {
        return onAssembly(new ReadableFlux<>(source, demand));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (!subscribed.compareAndSet(false, true)) {
            Operators.error(actual, new IllegalStateException("a stream's flux allows one subscriber only"));
            return;
        }
        ReadableSubscription<T> subscription = new ReadableSubscription<>(source, actual, counting);
        if (source.loop().inEventLoop()) {
            subscription.begin();
            return;
        }
        try {
            source.loop().execute(subscription::begin);
        } catch (RejectedExecutionException ended) {
            Operators.error(actual, ended);
        }
    }

    @Override
    public String toString() {
        return "LoopFlux.from(" + source + ")";
    }
}
