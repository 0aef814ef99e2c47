package io.gyre.stream.flow;

import io.gyre.buffer.Buffer;
import java.util.concurrent.Flow;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers that count bytes; each buffer is one byte here. */
@Test
public class PublisherBytesTckTest extends FlowLoopPublisherVerification<Buffer> {

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
