package io.gyre.stream;

import io.gyre.loop.EventLoop;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream of the elements of an asynchronous iterator, which is asked only when there is room. */
final class AsyncIteratorReadable<T> extends AbstractReadable<T> {

    private final AsyncIterator<? extends T> elements;
    private boolean reading;

    AsyncIteratorReadable(EventLoop loop, AsyncIterator<? extends T> elements) {
        super(loop, StreamOptions.<T>objects().highWaterMark(1));
        this.elements = Objects.requireNonNull(elements, "elements");
    }

    @Override
    protected void doRead(int n) {
        if (!reading) {
            reading = true;
            ask(elements);
        }
    }

    private <E extends T> void ask(AsyncIterator<E> from) {
        from.next()
                .await(
                        result -> {
                            E element = result.value();
                            if (result.done()) {
                                pushEnd();
                            } else if (element == null) {
                                destroy(new NullPointerException("an element of the iterator is null"));
                            } else if (push(element)) {
                                ask(from);
                            } else {
                                reading = false;
                            }
                        },
                        this::destroy);
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        EventLoop loop = loop();
        // The ticks come after as many microtasks as Node's close takes.
        elements.close(error)
                .await(
                        closed -> loop.queueMicrotask(
                                () -> loop.queueMicrotask(() -> loop.nextTick(() -> callback.call(error)))),
                        failure -> loop.queueMicrotask(() -> loop.nextTick(() -> callback.call(failure))));
    }
}
