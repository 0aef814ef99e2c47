package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.SubscriberPuppet;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;

/** Lets the kit watch a subscriber, and ask and cancel in its name: on the loop's thread, as the subscriber does. */
public final class FlowPuppet<T> implements Flow.Subscriber<T> {

    private final EventLoop loop;
    private final Flow.Subscriber<T> subscriber;
    private final WhiteboxSubscriberProbe<T> probe;

    public FlowPuppet(EventLoop loop, Flow.Subscriber<T> subscriber, WhiteboxSubscriberProbe<T> probe) {
        this.loop = loop;
        this.subscriber = subscriber;
        this.probe = probe;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscriber.onSubscribe(subscription);
        probe.registerOnSubscribe(new SubscriberPuppet() {

            @Override
            public void triggerRequest(long elements) {
                loop.execute(() -> subscription.request(elements));
            }

            @Override
            public void signalCancel() {
                loop.execute(subscription::cancel);
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
