package io.gyre.reactor;

import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for subscribers, seen from inside. */
@Test
public class WritableSubscriberWhiteboxTckTest extends SubscriberWhiteboxVerification<Integer> {

    private RunningLoop running;

    public WritableSubscriberWhiteboxTckTest() {
        super(new TestEnvironment(2_000, 100));
    }

    @BeforeClass
    public void start() {
        running = RunningLoop.start();
    }

    @AfterClass
    public void end() {
        running.close();
    }

    @Override
    public Subscriber<Integer> createSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        WritableSubscriber<Integer> subscriber = LoopSubscribers.into(Sink.<Integer>quick(running));
        return new Subscriber<>() {

            @Override
            public void onSubscribe(Subscription subscription) {
                subscriber.onSubscribe(subscription);
                // Demand and cancellation of the test's own come on the loop's thread, as those of the subscriber do.
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
            public void onNext(Integer element) {
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
        };
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
