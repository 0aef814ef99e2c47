package io.gyre.reactor;

import io.gyre.stream.Readable;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers. Those for several subscribers are in {@link LoopFluxDeferTckTest}. */
@Test
public class LoopFluxTckTest extends PublisherVerification<Long> {

    private RunningLoop running;

    public LoopFluxTckTest() {
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
        return LoopFlux.from(
                running.call(() -> Readable.from(running.loop, () -> new TckNumbers<>(elements, number -> number))));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return LoopFlux.from(running.call(() -> new BrokenSource<Long>(running.loop)));
    }
}
