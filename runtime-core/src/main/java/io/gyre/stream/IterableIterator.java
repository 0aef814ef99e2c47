package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.promise.Promise;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** An iterable as an asynchronous iterator; ECMAScript makes one where a loop over asynchronous elements meets it. */
final class IterableIterator<T> implements AsyncIterator<T> {

    private final EventLoop loop;
    private final Iterator<? extends T> elements;
    private boolean closed;

    IterableIterator(EventLoop loop, Iterable<? extends T> elements) {
        this.loop = loop;
        this.elements = elements.iterator();
    }

    @Override
    public Promise<IteratorResult<T>> next() {
        try {
            IteratorResult<T> result = closed || !elements.hasNext()
                    ? IteratorResult.end()
                    : IteratorResult.of(Objects.requireNonNull(elements.next(), "an element of the iterable is null"));
            // The value might have been a promise: it is awaited.
            return Promise.resolve(loop, result).then(same -> same);
        } catch (RuntimeException e) {
            return Promise.reject(loop, e);
        }
    }

    @Override
    public Promise<@Nullable Void> close(@Nullable Throwable cause) {
        closed = true;
        try {
            if (elements instanceof AutoCloseable closeable) {
                closeable.close();
            }
            return Promise.<@Nullable Void>resolve(loop, (Void) null);
        } catch (Exception e) {
            return Promise.reject(loop, e);
        }
    }
}
