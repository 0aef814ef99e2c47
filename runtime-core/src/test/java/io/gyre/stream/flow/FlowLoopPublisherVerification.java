package io.gyre.stream.flow;

import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The kit's rules for publishers, on a loop that runs as long as a class of them. */
abstract class FlowLoopPublisherVerification<T> extends FlowPublisherVerification<T> {

    FlowLoop running;

    FlowLoopPublisherVerification() {
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
}
