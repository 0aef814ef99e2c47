package io.gyre.stream.flow;

import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for the publisher of a stream. Those for several subscribers are in {@link DeferredPublisherTckTest}. */
@Test
public class PublisherTckTest extends FlowPublisherVerification<Long> {

    private FlowLoop running;

    public PublisherTckTest() {
        super(new TestEnvironment(2_000, 100), 2_000);
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
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        return FlowStreams.publisher(running.counting(elements, number -> number));
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return FlowStreams.publisher(running.broken());
    }
}
