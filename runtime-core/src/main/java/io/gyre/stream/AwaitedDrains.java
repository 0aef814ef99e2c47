package io.gyre.stream;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The destinations that must drain before a source flows again; mostly none, and hardly ever two. */
final class AwaitedDrains {

    private @Nullable Writable<?>[] destinations = new Writable<?>[1];
    private int size;

    void add(Writable<?> destination) {
        if (indexOf(destination) < 0) {
            if (size == destinations.length) {
                destinations = Arrays.copyOf(destinations, 2 * size);
            }
            destinations[size++] = destination;
        }
    }

    void remove(Writable<?> destination) {
        int at = indexOf(destination);
        if (at >= 0) {
            size--;
            destinations[at] = destinations[size];
            destinations[size] = null;
        }
    }

    private int indexOf(Writable<?> destination) {
        for (int i = 0; i < size; i++) {
            if (destinations[i] == destination) {
                return i;
            }
        }
        return -1;
    }

    void clear() {
        while (size > 0) {
            destinations[--size] = null;
        }
    }

    boolean isEmpty() {
        return size == 0;
    }
}
