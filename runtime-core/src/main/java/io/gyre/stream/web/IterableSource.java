package io.gyre.stream.web;

import io.gyre.promise.Thenable;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The elements of an iterable, one for each pull. */
final class IterableSource<T> implements UnderlyingSource<T> {

    private final Iterator<? extends T> elements;

    IterableSource(Iterable<? extends T> elements) {
        this.elements = elements.iterator();
    }

    @Override
    public @Nullable Thenable<?> pull(ReadableStreamDefaultController<T> controller) {
        if (elements.hasNext()) {
            controller.enqueue(Objects.requireNonNull(elements.next(), "an element of the iterable is null"));
        } else {
            controller.close();
        }
        return null;
    }

    @Override
    public @Nullable Thenable<?> cancel(@Nullable Throwable reason) throws Exception {
        if (elements instanceof AutoCloseable closeable) {
            closeable.close();
        }
        return null;
    }
}
