package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import io.gyre.stream.flow.FlowStreams;
import java.util.concurrent.Callable;
import org.reactivestreams.FlowAdapters;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/** The chunks of a stream that is opened for each subscriber. */
final class DeferredFlux<T> extends Flux<T> {

    private final EventLoop loop;
    private final Callable<? extends Readable<T>> source;
    private final Demand demand;

    private DeferredFlux(EventLoop loop, Callable<? extends Readable<T>> source, Demand demand) {
        this.loop = loop;
        this.source = source;
        this.demand = demand;
    }

    static <T> Flux<T> over(EventLoop loop, Callable<? extends Readable<T>> source, Demand demand) {
        return onAssembly(new DeferredFlux<>(loop, source, demand));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        FlowStreams.publisher(loop, source, demand.flow()).subscribe(FlowAdapters.toFlowSubscriber(actual));
    }

    @Override
    public String toString() {
        return "LoopFlux.defer(" + loop + ")";
    }
}
