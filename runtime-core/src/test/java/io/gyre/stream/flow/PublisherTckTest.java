package io.gyre.stream.flow;

import java.util.concurrent.Flow;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for the publisher of a stream. Those for several subscribers are in {@link DeferredPublisherTckTest}. */
@Test
public class PublisherTckTest extends FlowLoopPublisherVerification<Long> {

    @Override
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        return FlowStreams.publisher(running.counting(elements, number -> number));
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return FlowStreams.publisher(running.broken());
    }
}
