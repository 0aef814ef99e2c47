package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for publishers. */
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
        return LoopFlux.from(running.call(() -> Readable.from(running.loop, () -> new Numbers(elements))));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return LoopFlux.from(running.call(() -> new Broken(running.loop)));
    }

    private static final class Numbers implements Iterator<Long> {

        private final long count;
        private long made;

        Numbers(long count) {
            this.count = count;
        }

        @Override
        public boolean hasNext() {
            return made < count;
        }

        @Override
        public Long next() {
            if (!hasNext()) {
                throw new NoSuchElementException("after " + count);
            }
            return made++;
        }
    }

    /** A source that breaks when it is first read. */
    private static final class Broken extends AbstractReadable<Long> {

        Broken(EventLoop loop) {
            super(loop, StreamOptions.objects());
        }

        @Override
        protected void doRead(int n) {
            throw new IllegalStateException("broken");
        }
    }
}
