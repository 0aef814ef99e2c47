package io.gyre.stream.flow;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for what a stream of a publisher subscribes with, seen from outside. */
@Test
public class PublisherReadableBlackboxTckTest extends FlowSubscriberBlackboxVerification<Integer> {

    private FlowLoop running;

    public PublisherReadableBlackboxTckTest() {
        super(new TestEnvironment(FlowLoop.TIMEOUT_MILLIS, 100, 100));
    }

    @BeforeClass
    public void start() {
        running = FlowLoop.start();
    }

    @AfterClass
    public void end() {
        running.close();
    }

    @Override
    public Flow.Subscriber<Integer> createFlowSubscriber() {
        return running.subscriberOfAStream();
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
