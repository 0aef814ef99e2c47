package io.gyre.reactor;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.LongFunction;

/** So many elements, made when they are asked for. */
final class TckNumbers<T> implements Iterator<T> {

    private final long count;
    private final LongFunction<T> maker;
    private long made;

    TckNumbers(long count, LongFunction<T> maker) {
        this.count = count;
        this.maker = maker;
    }

    @Override
    public boolean hasNext() {
        return made < count;
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException("after " + count);
        }
        return maker.apply(made++);
    }
}
