package io.gyre.reactor;

import io.gyre.buffer.Buffer;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberWhiteboxVerification;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for subscribers that ask for bytes, seen from inside. */
@Test
public class WritableSubscriberBytesWhiteboxTckTest extends SubscriberWhiteboxVerification<Buffer> {

    private RunningLoop running;

    public WritableSubscriberBytesWhiteboxTckTest() {
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
    public Subscriber<Buffer> createSubscriber(WhiteboxSubscriberProbe<Buffer> probe) {
        return TckStreams.watched(running, LoopSubscribers.into(Sink.<Buffer>quick(running), Demand.bytes()), probe);
    }

    @Override
    public Buffer createElement(int element) {
        return Buffer.wrap(new byte[] {(byte) element});
    }
}
