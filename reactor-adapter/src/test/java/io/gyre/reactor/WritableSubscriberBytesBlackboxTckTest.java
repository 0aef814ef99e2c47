package io.gyre.reactor;

import io.gyre.buffer.Buffer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberBlackboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for subscribers that ask for bytes, seen from outside. */
@Test
public class WritableSubscriberBytesBlackboxTckTest extends SubscriberBlackboxVerification<Buffer> {

    private RunningLoop running;

    public WritableSubscriberBytesBlackboxTckTest() {
        super(TckStreams.environment());
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
    public Subscriber<Buffer> createSubscriber() {
        return LoopSubscribers.into(Sink.<Buffer>quick(running), Demand.bytes());
    }

    @Override
    public Buffer createElement(int element) {
        return Buffer.wrap(new byte[] {(byte) element});
    }
}
