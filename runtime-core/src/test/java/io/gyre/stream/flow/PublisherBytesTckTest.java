package io.gyre.stream.flow;

import io.gyre.buffer.Buffer;
import java.util.concurrent.Flow;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers that count bytes; each buffer is one byte here. */
@Test
public class PublisherBytesTckTest extends FlowPublisherVerification<Buffer> {

    private FlowLoop running;

    public PublisherBytesTckTest() {
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
    public Flow.Publisher<Buffer> createFlowPublisher(long elements) {
        return FlowStreams.publisher(
                running.counting(elements, number -> Buffer.wrap(new byte[] {(byte) number})), FlowDemand.bytes());
    }

    @Override
    public Flow.Publisher<Buffer> createFailedFlowPublisher() {
        return FlowStreams.publisher(running.<Buffer>broken(), FlowDemand.bytes());
    }
}
