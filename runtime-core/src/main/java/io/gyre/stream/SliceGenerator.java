package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import org.jspecify.annotations.Nullable;

/** The first chunks of a source, or all but the first. */
final class SliceGenerator<T> extends AsyncGenerator<T> {

    private final AsyncIterator<T> elements;
    private final boolean taking;
    private final @Nullable AbortSignal signal;
    private final Items items;
    private long left;

    /**
     * Makes a generator that has not started.
     *
     * @param taking whether {@code number} chunks are taken, or left out
     */
    SliceGenerator(EventLoop loop, AsyncIterator<T> elements, boolean taking, long number, OperatorOptions options) {
        super(loop);
        this.elements = elements;
        this.taking = taking;
        this.left = number;
        this.signal = options.signal;
        this.items = new Items();
    }

    private final class Items extends ForAwait<T> {

        Items() {
            super(elements, signal);
        }

        @Override
        void element(T chunk) {
            boolean within = left > 0;
            left--;
            if (within == taking) {
                yieldLater(chunk);
            } else {
                proceed();
            }
        }

        @Override
        void ended() {
            end();
        }

        @Override
        void failed(Throwable error) {
            fail(error);
        }
    }

    @Override
    void start() {
        if (signal != null && signal.isAborted()) {
            throw new AbortException(signal.reason());
        }
        items.go();
    }

    @Override
    void proceed() {
        if (taking && left <= 0) {
            // Another one is not asked for.
            items.leave(this::end);
        } else {
            items.go();
        }
    }

    @Override
    void leave(@Nullable Throwable cause) {
        if (cause == null) {
            items.leave(this::end);
        } else {
            items.leaveWith(cause);
        }
    }
}
