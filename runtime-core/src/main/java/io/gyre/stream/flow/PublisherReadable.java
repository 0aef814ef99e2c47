package io.gyre.stream.flow;

import io.gyre.loop.EventLoop;
import io.gyre.stream.AbstractReadable;
import io.gyre.stream.Callback;
import io.gyre.stream.StreamOptions;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A stream whose chunks a publisher makes. It subscribes when it is first read and asks for what it has room for. */
final class PublisherReadable<T> extends AbstractReadable<T> {

    private final Flow.Publisher<? extends T> publisher;
    private final FlowDemand counting;
    private @Nullable Source source;

    PublisherReadable(
            EventLoop loop, Flow.Publisher<? extends T> publisher, StreamOptions<T> options, FlowDemand counting) {
        super(loop, options);
        this.publisher = publisher;
        this.counting = counting;
    }

    @Override
    protected void doRead(int n) {
        Source from = source;
        if (from == null) {
            from = new Source(loop());
            source = from;
            from.subscribe();
        } else {
            from.ask();
        }
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        Source from = source;
        if (from != null) {
            from.stop();
        }
        callback.call(error);
    }

    @Override
    public String toString() {
        return "stream of " + publisher;
    }

    private final class Source extends LoopSubscriber<T> {

        private final DemandWindow window = counting.open(readableHighWaterMark());
        private @Nullable SubscriptionHandle handle;
        private boolean subscribed;
        private boolean over;
        private boolean asksLater;

        Source(EventLoop loop) {
            super(loop);
        }

        /** The loop stays alive from here on: the publisher may go on on a thread of its own. */
        void subscribe() {
            handle = new SubscriptionHandle(loop, this, this::loopEnds);
            publisher.subscribe(this);
        }

        @Override
        void begin() {
            if (over) {
                cancel();
                return;
            }
            subscribed = true;
            ask();
        }

        /** Asks for what fits beside what waits to be read and what is on its way. */
        void ask() {
            if (subscribed && !over) {
                long more = window.takeBeside(readableLength());
                if (more > 0) {
                    request(more);
                } else if (!asksLater) {
                    // The read that wants more takes what it came for after this call.
                    asksLater = true;
                    loop.nextTick(this::askAtLast);
                }
            }
        }

        private void askAtLast() {
            asksLater = false;
            if (!over) {
                long more = window.takeBesideOrOne(readableLength());
                if (more > 0) {
                    request(more);
                }
            }
        }

        @Override
        void handleNext(T chunk) {
            if (!over) {
                window.arrived(chunk);
                window.written(counting.weight(chunk));
                push(chunk);
            }
        }

        @Override
        void handleEnd(@Nullable Throwable error) {
            if (over) {
                return;
            }
            over();
            if (error == null) {
                pushEnd();
            } else {
                destroy(error);
            }
        }

        void stop() {
            if (!over) {
                over();
                cancel();
            }
        }

        private void over() {
            over = true;
            SubscriptionHandle held = handle;
            if (held != null) {
                held.done();
            }
        }

        private void loopEnds(RejectedExecutionException ended) {
            over = true;
            cancel();
        }

        @Override
        void loopHasEnded(RejectedExecutionException ended) {
            // The stream has ended with its loop.
        }

        @Override
        public String toString() {
            return "subscription of " + PublisherReadable.this;
        }
    }
}
