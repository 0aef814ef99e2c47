package io.gyre.stream.flow;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for the subscriber of a writable stream, seen from outside. */
@Test
public class WritableSubscriberBlackboxTckTest extends FlowSubscriberBlackboxVerification<Integer> {

    private FlowLoop running;

    public WritableSubscriberBlackboxTckTest() {
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
        return FlowStreams.subscriber(running.<Integer>sink(16, false));
    }

    @Override
    public Integer createElement(int element) {
        return element;
    }
}
