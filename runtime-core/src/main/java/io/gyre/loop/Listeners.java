package io.gyre.loop;

import java.util.ArrayList;
import java.util.List;

/** Listeners in the order they were added; one may be removed while they are called. Confined to the loop's thread. */
final class Listeners<L> {

    /** Replaced, never changed, so that a call in progress keeps its own snapshot. */
    private List<L> all = List.of();

    Registration add(L listener) {
        List<L> more = new ArrayList<>(all);
        more.add(listener);
        all = more;
        return () -> {
            List<L> fewer = new ArrayList<>(all);
            fewer.removeIf(l -> l == listener);
            all = fewer;
        };
    }

    List<L> snapshot() {
        return all;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }
}
