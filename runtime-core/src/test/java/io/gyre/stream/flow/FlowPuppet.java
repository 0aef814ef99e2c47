package io.gyre.stream.flow;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;

/** Lets the kit watch a subscriber, and ask and cancel in its name: on the loop's thread, as the subscriber does. */
final class FlowPuppet<T> implements Flow.Subscriber<T> {

    private final FlowLoop running;
    private final Flow.Subscriber<T> subscriber;
    private final WhiteboxSubscriberProbe<T> probe;

    FlowPuppet(FlowLoop running, Flow.Subscriber<T> subscriber, WhiteboxSubscriberProbe<T> probe) {
        this.running = running;
        this.subscriber = subscriber;
        this.probe = probe;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscriber.onSubscribe(subscription);
        probe.registerOnSubscribe(new SubscriberPuppet() {

            @Override
            public void triggerRequest(long elements) {
                running.loop.execute(() -> subscription.request(elements));
            }

            @Override
            public void signalCancel() {
                running.loop.execute(subscription::cancel);
            }
        });
    }

    @Override
    public void onNext(T element) {
        subscriber.onNext(element);
        probe.registerOnNext(element);
    }

    @Override
    public void onError(Throwable error) {
        subscriber.onError(error);
        probe.registerOnError(error);
    }

    @Override
    public void onComplete() {
        subscriber.onComplete();
        probe.registerOnComplete();
    }
}
