package io.gyre.reactor;

import io.gyre.buffer.Buffer;
import io.gyre.stream.Readable;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers that count bytes; each buffer is one byte here. */
@Test
public class LoopFluxBytesTckTest extends LoopPublisherVerification<Buffer> {

    @Override
    public Publisher<Buffer> createPublisher(long elements) {
        return LoopFlux.from(
                running.call(
                        () -> Readable.from(running.loop, () -> new TckNumbers<>(elements, LoopFluxBytesTckTest::one))),
                Demand.bytes());
    }

    private static Buffer one(long number) {
        return Buffer.wrap(new byte[] {(byte) number});
    }

    @Override
    public Publisher<Buffer> createFailedPublisher() {
        return LoopFlux.from(running.call(() -> new BrokenSource<Buffer>(running.loop)), Demand.bytes());
    }
}
