package io.gyre.reactor;

import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;

/** The kit's rules for publishers, on a loop that runs as long as a class of them. */
abstract class LoopPublisherVerification<T> extends PublisherVerification<T> {

    RunningLoop running;

    LoopPublisherVerification() {
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
}
