package io.gyre.stream.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.gyre.loop.EventLoop;
import io.gyre.stream.Readable;
import io.gyre.stream.StreamOptions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Publishers that tell of the subscription later, on another thread, as the JDK's SubmissionPublisher does. */
class LatePublisherTest {

    private final ConcurrentLinkedQueue<Object> log = new ConcurrentLinkedQueue<>();
    private final EventLoop loop = EventLoop.create();
    private final Late late = new Late();

    @Test
    void a_loop_waits_for_the_publisher_of_a_stream() {
        loop.run(() -> {
            Readable<String> words = FlowStreams.readable(loop, late);
            words.onData(log::add);
            words.onEnd(() -> log.add("end"));
            goOnWhileAlive();
        });
        assertThat(log).containsExactly("one", "two", "end");
    }

    @Test
    void a_loop_waits_for_the_publisher_of_a_subscriber() {
        loop.run(() -> {
            FlowLoop.Sink<String> words = sink();
            WritableSubscriber<String> subscriber = FlowStreams.subscriber(words);
            subscriber.completion().thenRun(() -> {
                log.addAll(words.written);
                log.add("written");
            });
            late.subscribe(subscriber);
            goOnWhileAlive();
        });
        assertThat(log).containsExactly("one", "two", "written");
    }

    @Test
    void a_loop_waits_no_longer_when_the_stream_has_closed_and_the_late_subscription_is_cancelled() throws Exception {
        CompletableFuture<@Nullable Throwable> how = new CompletableFuture<>();
        loop.run(() -> {
            FlowLoop.Sink<String> words = sink();
            WritableSubscriber<String> subscriber = FlowStreams.subscriber(words);
            subscriber.completion().whenComplete((nothing, error) -> how.complete(error));
            late.subscribe(subscriber);
            words.destroy();
        });
        assertThat(how).isCompletedWithValueMatching(error -> error != null);
        late.goOn.countDown();
        late.told.join();
        assertThat(late.cancelled).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void a_stream_that_is_destroyed_meanwhile_cancels_the_late_subscription() throws Exception {
        loop.run(() -> {
            Readable<String> words = FlowStreams.readable(loop, late);
            words.onData(log::add);
            loop.setImmediate(() -> {
                words.destroy();
                late.goOn.countDown();
            });
        });
        late.told.join();
        assertThat(late.cancelled).isTrue();
        assertThat(log).isEmpty();
    }

    private FlowLoop.Sink<String> sink() {
        return new FlowLoop.Sink<>(loop, StreamOptions.objects(), false);
    }

    /** A timer that does not keep the loop alive: it fires if something else does. */
    private void goOnWhileAlive() {
        loop.setTimeout(late.goOn::countDown, 20).unref();
    }

    /** Calls its subscriber on a thread of its own, once it is told to go on. */
    private static final class Late implements Flow.Publisher<String>, Flow.Subscription {

        private final CountDownLatch goOn = new CountDownLatch(1);
        private final AtomicBoolean cancelled = new AtomicBoolean();
        private final Thread told = new Thread(this::tell, "late publisher");
        private Flow.@Nullable Subscriber<? super String> subscriber;

        @Override
        public void subscribe(Flow.Subscriber<? super String> given) {
            subscriber = given;
            told.setDaemon(true);
            told.start();
        }

        private void tell() {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                return;
            }
            subscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            // Both fit into any window; asked on the loop's thread, told there.
            if (!cancelled.get() && subscriber != null) {
                Flow.Subscriber<? super String> to = subscriber;
                subscriber = null;
                List.of("one", "two").forEach(to::onNext);
                to.onComplete();
            }
        }

        @Override
        public void cancel() {
            cancelled.set(true);
        }
    }
}
