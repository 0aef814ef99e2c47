package io.gyre.stream.flow;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for what a stream of a publisher subscribes with, seen from inside. */
@Test
public class PublisherReadableWhiteboxTckTest extends FlowSubscriberWhiteboxVerification<Integer> {

    private FlowLoop running;

    public PublisherReadableWhiteboxTckTest() {
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
    public Flow.Subscriber<Integer> createFlowSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
        return new FlowPuppet<>(running.loop, running.subscriberOfAStream(), probe);
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
