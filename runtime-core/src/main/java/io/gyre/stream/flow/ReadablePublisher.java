package io.gyre.stream.flow;

import io.gyre.stream.Readable;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The chunks of a stream, for one subscriber. */
final class ReadablePublisher<T> implements Flow.Publisher<T> {

    private final Readable<T> source;
    private final FlowDemand counting;
    private final AtomicBoolean subscribed = new AtomicBoolean();

    ReadablePublisher(Readable<T> source, FlowDemand counting) {
        this.source = source;
        this.counting = counting;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        Objects.requireNonNull(subscriber, "subscriber");
        if (!subscribed.compareAndSet(false, true)) {
            refuse(subscriber, new IllegalStateException("a stream's publisher allows one subscriber only"));
            return;
        }
        ReadableSubscription<T> subscription = new ReadableSubscription<>(source, subscriber, counting);
        if (source.loop().inEventLoop()) {
            subscription.begin();
            return;
        }
        try {
            source.loop().execute(subscription::begin);
        } catch (RejectedExecutionException ended) {
            refuse(subscriber, ended);
        }
    }

    /** A subscriber must be given a subscription before anything else, even if there is nothing to subscribe to. */
    static void refuse(Flow.Subscriber<?> subscriber, Throwable reason) {
        subscriber.onSubscribe(new Flow.Subscription() {

            @Override
            public void request(long n) {}

            @Override
            public void cancel() {}
        });
        subscriber.onError(reason);
    }

    @Override
    public String toString() {
        return "publisher of " + source;
    }
}
