package io.gyre.reactor;

import io.gyre.stream.Readable;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;

/** Gets at the subscriber that a stream of a publisher makes. */
final class TckStreams {

    private TckStreams() {}

    /** The stream is read by somebody who takes whatever comes. */
    @SuppressWarnings("unchecked") // a stream of integers takes integers
    static Subscriber<Integer> subscriberOfAStream(RunningLoop running) {
        AtomicReference<Subscriber<? super Integer>> made = new AtomicReference<>();
        Publisher<Integer> publisher = made::set;
        running.run(() -> {
            Readable<Integer> stream = LoopFlux.toReadable(running.loop, publisher);
            stream.onData(chunk -> {});
            stream.onError(error -> {});
        });
        running.aTurn();
        return (Subscriber<Integer>) made.get();
    }
}
