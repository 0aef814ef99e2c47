package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The listeners of one event, in order; one may be added or removed while they are called. */
final class Listeners<L> {

    /** Replaced, never changed, so that a call in progress keeps its own snapshot. */
    private List<L> all = List.of();

    Registration add(L listener) {
        insert(all.size(), listener);
        return removal(listener);
    }

    Registration addFirst(L listener) {
        insert(0, listener);
        return removal(listener);
    }

    private void insert(int at, L listener) {
        List<L> more = new ArrayList<>(all);
        more.add(at, Objects.requireNonNull(listener, "listener"));
        all = more;
    }

    private Registration removal(L listener) {
        return new Registration() {
            private boolean removed;

            @Override
            public void remove() {
                if (!removed) {
                    removed = true;
                    removeLast(listener);
                }
            }
        };
    }

    private void removeLast(L listener) {
        for (int i = all.size() - 1; i >= 0; i--) {
            if (all.get(i) == listener) {
                List<L> fewer = new ArrayList<>(all);
                fewer.remove(i);
                all = fewer;
                return;
            }
        }
    }

    List<L> snapshot() {
        return all;
    }

    int size() {
        return all.size();
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    static void run(Listeners<Runnable> listeners) {
        for (Runnable listener : listeners.snapshot()) {
            listener.run();
        }
    }
}
