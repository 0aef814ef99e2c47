package io.gyre.reactor;

import io.gyre.stream.Readable;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers of many subscribers: a stream for each. */
@Test
public class LoopFluxDeferTckTest extends LoopPublisherVerification<Long> {

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return LoopFlux.defer(
                running.loop, () -> Readable.from(running.loop, () -> new TckNumbers<>(elements, number -> number)));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return LoopFlux.defer(running.loop, () -> {
            throw new IllegalStateException("broken");
        });
    }
}
