package io.gyre.reactor;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The kit's rules for publishers, on a loop that runs as long as a class of them. */
abstract class LoopPublisherVerification<T> extends PublisherVerification<T> {

    RunningLoop running;

    private final TestEnvironment env;

    LoopPublisherVerification() {
        this(TckStreams.environment());
    }

    private LoopPublisherVerification(TestEnvironment env) {
        super(env);
        this.env = env;
    }

    @BeforeClass
    public void start() {
        running = RunningLoop.start();
    }

    @AfterClass
    public void end() {
        running.close();
    }

    /** The kit sleeps for a fixed time, collects once, and wants to be told in a tenth of a second. This one looks again. */
    @Override
    @Test
    public void required_spec313_cancelMustMakeThePublisherEventuallyDropAllReferencesToTheSubscriber()
            throws Throwable {
        activePublisherTest(3, false, publisher -> {
            WeakReference<?> subscriber = subscribedAndCancelled(publisher);
            running.until(() -> {
                System.gc();
                return subscriber.get() == null;
            });
            env.verifyNoAsyncErrorsNoDelay();
            Reference.reachabilityFence(publisher);
        });
    }

    private WeakReference<?> subscribedAndCancelled(Publisher<T> publisher) throws InterruptedException {
        TestEnvironment.ManualSubscriber<T> subscriber = env.newManualSubscriber(publisher);
        subscriber.request(1);
        subscriber.nextElement();
        subscriber.cancel();
        return new WeakReference<>(subscriber);
    }
}
