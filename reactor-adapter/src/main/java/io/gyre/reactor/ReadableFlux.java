package io.gyre.reactor;

import io.gyre.stream.Readable;
import io.gyre.stream.flow.FlowStreams;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.FlowAdapters;
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
        FlowStreams.publisher(source, counting.flow()).subscribe(FlowAdapters.toFlowSubscriber(actual));
    }

    @Override
    public String toString() {
        return "LoopFlux.from(" + source + ")";
    }
}
