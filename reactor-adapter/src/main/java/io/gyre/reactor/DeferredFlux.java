package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;

/** The chunks of a stream that is opened for each subscriber. */
final class DeferredFlux<T> extends Flux<T> {

    private final EventLoop loop;
    private final Callable<? extends Readable<T>> source;

    private DeferredFlux(EventLoop loop, Callable<? extends Readable<T>> source) {
        this.loop = loop;
        this.source = source;
    }

    static <T> Flux<T> over(EventLoop loop, Callable<? extends Readable<T>> source) {
        return onAssembly(new DeferredFlux<>(loop, source));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (loop.inEventLoop()) {
            open(actual);
            return;
        }
        try {
            loop.execute(() -> open(actual));
        } catch (RejectedExecutionException ended) {
            Operators.error(actual, ended);
        }
    }

    private void open(CoreSubscriber<? super T> actual) {
        Readable<T> opened;
        try {
            opened = source.call();
        } catch (Throwable t) {
            Exceptions.throwIfFatal(t);
            if (t instanceof Error exit && loop.isHalted()) {
                throw exit;
            }
            Operators.error(actual, t);
            return;
        }
        new ReadableSubscription<>(opened, actual, Demand.chunks()).begin();
    }

    @Override
    public String toString() {
        return "LoopFlux.defer(" + loop + ")";
    }
}
