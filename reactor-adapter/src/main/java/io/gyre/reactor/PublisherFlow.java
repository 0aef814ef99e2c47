package io.gyre.reactor;

import java.util.concurrent.Flow;
import org.reactivestreams.Publisher;

/** A publisher as the core knows them. */
final class PublisherFlow<T> implements Flow.Publisher<T> {

    private final Publisher<? extends T> publisher;

    PublisherFlow(Publisher<? extends T> publisher) {
        this.publisher = publisher;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super T> subscriber) {
        publisher.subscribe(new FlowCoreSubscriber<>(subscriber));
    }

    @Override
    public String toString() {
        return publisher.toString();
    }
}
