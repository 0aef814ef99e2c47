package io.gyre.reactor;

import io.gyre.stream.Writable;
import io.gyre.stream.flow.FlowStreams;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;

/**
 * A subscriber that writes what it is given to a stream, and asks for as much as the stream keeps up with; made by
 * {@link LoopSubscribers#into}.
 *
 * <p><b>Thread.</b> Signals may come on any thread; those of other threads than the loop's are passed to it, in order.
 * The publisher is asked and cancelled on the loop's thread. <b>Demand.</b> A window of chunks, or of bytes, is asked
 * for; when three quarters of it are written, as much is asked for again. <b>Errors.</b> An error of the publisher
 * destroys the stream with it; a stream that breaks or closes cancels the publisher. <b>End.</b> The end of the
 * publisher ends the stream; {@link #completion} tells when all is written. Until then the loop is kept alive: from the
 * making of a subscriber on the loop's thread, else from the subscription.
 *
 * @param <T> the type of the chunks
 */
public final class WritableSubscriber<T> implements CoreSubscriber<T> {

    private final io.gyre.stream.flow.WritableSubscriber<T> writer;
    private final FlowCoreSubscriber<T> signals;

    WritableSubscriber(Writable<? super T> destination, Demand counting) {
        writer = FlowStreams.subscriber(
                destination, counting.flow(), chunk -> Operators.onNextDropped(chunk, currentContext()));
        signals = new FlowCoreSubscriber<>(writer);
    }

    /**
     * Tells how it went.
     *
     * @return completes when all is written and the stream has finished, or fails with what broke the stream or the
     *     publisher; on the loop's thread
     */
    public Mono<Void> completion() {
        return Mono.create(this::tell);
    }

    private void tell(MonoSink<Void> sink) {
        AtomicBoolean cancelled = new AtomicBoolean();
        sink.onCancel(() -> cancelled.set(true));
        writer.completion().whenComplete((nothing, error) -> {
            // Whoever no longer listens is not told; Reactor would log what it cannot tell.
            if (!cancelled.get()) {
                if (error == null) {
                    sink.success();
                } else {
                    sink.error(
                            error instanceof CompletionException wrapped && wrapped.getCause() != null
                                    ? wrapped.getCause()
                                    : error);
                }
            }
        });
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        signals.onSubscribe(subscription);
    }

    @Override
    public void onNext(T element) {
        signals.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        signals.onError(error);
    }

    @Override
    public void onComplete() {
        signals.onComplete();
    }

    @Override
    public String toString() {
        return writer.toString();
    }
}
