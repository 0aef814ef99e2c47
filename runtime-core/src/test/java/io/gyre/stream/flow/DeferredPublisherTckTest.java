package io.gyre.stream.flow;

import io.gyre.stream.Readable;
import java.util.concurrent.Flow;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a publisher that opens a stream for each subscriber. */
@Test
public class DeferredPublisherTckTest extends FlowLoopPublisherVerification<Long> {

    @Override
    public Flow.Publisher<Long> createFlowPublisher(long elements) {
        return FlowStreams.publisher(
                running.loop, () -> Readable.from(running.loop, FlowLoop.elements(elements, number -> number)));
    }

    @Override
    public Flow.Publisher<Long> createFailedFlowPublisher() {
        return FlowStreams.publisher(running.loop, () -> {
            throw new IllegalStateException("cannot be opened");
        });
    }
}
