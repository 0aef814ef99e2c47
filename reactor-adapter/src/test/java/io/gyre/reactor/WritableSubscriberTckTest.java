package io.gyre.reactor;

import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for subscribers, seen from outside. */
@Test
public class WritableSubscriberTckTest extends SubscriberBlackboxVerification<Integer> {

    private RunningLoop running;

    public WritableSubscriberTckTest() {
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
    public Subscriber<Integer> createSubscriber() {
        return LoopSubscribers.into(Sink.<Integer>quick(running));
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
