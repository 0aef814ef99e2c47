package io.gyre.reactor;

import io.gyre.stream.Readable;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers. Those for several subscribers are in {@link LoopFluxDeferTckTest}. */
@Test
public class LoopFluxTckTest extends LoopPublisherVerification<Long> {

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return LoopFlux.from(
                running.call(() -> Readable.from(running.loop, () -> new TckNumbers<>(elements, number -> number))));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return LoopFlux.from(running.call(() -> new BrokenSource<Long>(running.loop)));
    }
}
