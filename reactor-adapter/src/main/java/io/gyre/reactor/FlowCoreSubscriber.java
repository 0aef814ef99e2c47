package io.gyre.reactor;

import java.util.Objects;
import java.util.concurrent.Flow;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;

/**
 * A subscriber of the core as Reactor's publishers want them: one that keeps the rules, which they need not enforce
 * around it.
 */
final class FlowCoreSubscriber<T> implements CoreSubscriber<T> {

    private final Flow.Subscriber<? super T> subscriber;

    FlowCoreSubscriber(Flow.Subscriber<? super T> subscriber) {
        this.subscriber = subscriber;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        Objects.requireNonNull(subscription, "subscription");
        subscriber.onSubscribe(new Flow.Subscription() {

            @Override
            public void request(long n) {
                subscription.request(n);
            }

            @Override
            public void cancel() {
                subscription.cancel();
            }
        });
    }

    @Override
    public void onNext(T element) {
        subscriber.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        subscriber.onError(error);
    }

    @Override
    public void onComplete() {
        subscriber.onComplete();
    }
}
