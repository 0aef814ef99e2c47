package io.gyre.reactor;

import io.gyre.stream.Readable;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers of many subscribers: a stream for each. */
@Test
public class LoopFluxDeferTckTest extends PublisherVerification<Long> {

    private RunningLoop running;

    public LoopFluxDeferTckTest() {
        super(new TestEnvironment(2_000, 100), 2_000);
    }

    @BeforeClass
    public void start() {
        running = RunningLoop.start();
    }

    @AfterClass
    public void end() {
        running.close();
    }

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
