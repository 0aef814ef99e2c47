package io.gyre.reactor;

import io.gyre.promise.Promise;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for operations that are given up when they are cancelled. */
@Test
public class LoopMonoDeferTckTest extends LoopPublisherVerification<Long> {

    @Override
    public long maxElementsFromPublisher() {
        return 1;
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return LoopMono.abortable(running.loop, signal -> Promise.resolve(running.loop, elements == 0 ? null : 1L));
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return LoopMono.abortable(running.loop, signal -> {
            throw new IllegalStateException("broken");
        });
    }
}
