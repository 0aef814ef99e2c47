package io.gyre.stream.flow;

import io.gyre.stream.Readable;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for a publisher that opens a stream for each subscriber. */
@Test
public class DeferredPublisherTckTest extends FlowPublisherVerification<Long> {

    private FlowLoop running;

    public DeferredPublisherTckTest() {
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
