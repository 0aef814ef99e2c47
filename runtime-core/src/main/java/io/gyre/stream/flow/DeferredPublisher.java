package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;

/** The chunks of a stream that is opened for each subscriber. */
final class DeferredPublisher<T> implements Flow.Publisher<T> {

    private final EventLoop loop;
    private final Callable<? extends Readable<T>> source;
    private final FlowDemand demand;

    DeferredPublisher(EventLoop loop, Callable<? extends Readable<T>> source, FlowDemand demand) {
        this.loop = loop;
        this.source = source;
        this.demand = demand;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (loop.inEventLoop()) {
            open(subscriber);
            return;
        }
        try {
            loop.execute(() -> open(subscriber));
        } catch (RejectedExecutionException ended) {
            ReadablePublisher.refuse(subscriber, ended);
        }
    }

    private void open(Flow.Subscriber<? super T> subscriber) {
        Readable<T> opened;
        try {
            opened = source.call();
        } catch (Throwable t) {
            if (t instanceof VirtualMachineError fatal) {
                throw fatal;
            }
            if (t instanceof Error exit && loop.isHalted()) {
                throw exit;
            }
            ReadablePublisher.refuse(subscriber, t);
            return;
        }
        FlowStreams.publisher(opened, demand).subscribe(subscriber);
    }

    @Override
    public String toString() {
        return "publisher of streams on " + loop;
    }
}
