package io.gyre.reactor;

import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for the events of a listener, of which there is no last one. */
@Test
public class ListenerFluxTckTest extends LoopPublisherVerification<Long> {

    /** More than any rule asks for. */
    private static final long MOST = 2_000;

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return LoopFlux.events(running.loop, listener -> {
            boolean[] removed = new boolean[1];
            running.loop.setImmediate(() -> {
                for (long event = 0; event < Math.min(elements, MOST) && !removed[0]; event++) {
                    listener.accept(event);
                }
            });
            return () -> removed[0] = true;
        });
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return LoopFlux.events(running.loop, listener -> {
            throw new IllegalStateException("no such listener");
        });
    }

    @Override
    public long maxElementsFromPublisher() {
        return publisherUnableToSignalOnComplete();
    }
}
