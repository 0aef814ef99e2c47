package io.gyre.reactor;

import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for what a stream of a publisher subscribes with, seen from outside. */
@Test
public class PublisherReadableBlackboxTckTest extends SubscriberBlackboxVerification<Integer> {

    private RunningLoop running;

    public PublisherReadableBlackboxTckTest() {
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
        return TckStreams.subscriberOfAStream(running);
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
