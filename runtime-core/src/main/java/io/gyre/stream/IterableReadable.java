package io.gyre.stream;

import io.gyre.loop.EventLoop;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A stream of the elements of an iterable, which is asked only when there is room. */
final class IterableReadable<T> extends AbstractReadable<T> {

    private final Iterable<? extends T> elements;
    private @Nullable Iterator<? extends T> iterator;

    IterableReadable(EventLoop loop, Iterable<? extends T> elements) {
        super(loop, StreamOptions.<T>objects().highWaterMark(1));
        this.elements = Objects.requireNonNull(elements, "elements");
    }

    @Override
    protected void doRead(int n) {
        try {
            Iterator<? extends T> from = iterator;
            if (from == null) {
                from = elements.iterator();
                iterator = from;
            }
            while (from.hasNext()) {
                if (!push(Objects.requireNonNull(from.next(), "an element of the iterable is null"))) {
                    return;
                }
            }
            pushEnd();
        } catch (Exception e) {
            destroy(e);
        }
    }

    @Override
    protected void doDestroy(@Nullable Throwable error, Callback callback) {
        Throwable outcome = error;
        if (iterator instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                if (error == null) {
                    outcome = e;
                } else {
                    error.addSuppressed(e);
                }
            }
        }
        Throwable last = outcome;
        // As late as in Node, whose iterators are closed by an asynchronous function.
        loop().queueMicrotask(() -> loop().nextTick(() -> callback.call(last)));
    }
}
