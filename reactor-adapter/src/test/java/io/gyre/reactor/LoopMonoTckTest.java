package io.gyre.reactor;

import io.gyre.promise.Promise;
import org.reactivestreams.Publisher;
import org.testng.annotations.Test;

/** The rules of Reactive Streams for the mono of a promise. */
@Test
public class LoopMonoTckTest extends LoopPublisherVerification<String> {

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
