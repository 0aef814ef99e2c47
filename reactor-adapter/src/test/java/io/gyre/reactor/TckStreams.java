package io.gyre.reactor;

import io.gyre.stream.Readable;
import io.gyre.stream.flow.FlowPuppet;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.reactivestreams.tck.TestEnvironment;

/** What the kit is shown: subscribers that it can watch, and the one that a stream of a publisher makes. */
final class TckStreams {

    private TckStreams() {}

    /** Half a minute for what must come, looked for every tenth of a second; a tenth for what must not come. */
    static TestEnvironment environment() {
        return new TestEnvironment(30_000, 100, 100);
    }

    /** A subscriber that the kit watches, and in whose name it asks and cancels. */
    static <T> Subscriber<T> watched(RunningLoop running, Subscriber<T> subscriber, WhiteboxSubscriberProbe<T> probe) {
        return FlowAdapters.toSubscriber(
                new FlowPuppet<>(running.loop, FlowAdapters.toFlowSubscriber(subscriber), probe));
    }

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
