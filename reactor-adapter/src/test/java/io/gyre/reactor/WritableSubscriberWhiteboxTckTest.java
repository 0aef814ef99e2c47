package io.gyre.reactor;

import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for subscribers, seen from inside. */
@Test
public class WritableSubscriberWhiteboxTckTest extends SubscriberWhiteboxVerification<Integer> {

    private RunningLoop running;

    public WritableSubscriberWhiteboxTckTest() {
        super(TckStreams.environment());
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
        return TckStreams.watched(running, LoopSubscribers.into(Sink.<Integer>quick(running)), probe);
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
