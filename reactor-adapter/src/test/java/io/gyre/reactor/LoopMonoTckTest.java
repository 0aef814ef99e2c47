package io.gyre.reactor;

import io.gyre.promise.Promise;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for the mono of a promise. */
@Test
public class LoopMonoTckTest extends PublisherVerification<String> {

    private RunningLoop running;

    public LoopMonoTckTest() {
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
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<String> createPublisher(long elements) {
        return running.call(() -> LoopMono.from(Promise.resolve(elements == 0 ? null : "value")));
    }

    @Override
    public Publisher<String> createFailedPublisher() {
        return LoopMono.defer(running.loop, () -> Promise.reject(new IllegalStateException("broken")));
    }
}
