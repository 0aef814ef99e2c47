package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/** The listeners of one event, in order; one may be added or removed while they are called. */
final class Listeners<L> {

    private static final Object[] NONE = {};

    /** Replaced, never changed, so that a call in progress keeps its own snapshot. */
    private Object[] all = NONE;

    Registration add(L listener) {
        insert(all.length, listener);
        return removal(listener);
    }

    Registration addFirst(L listener) {
        insert(0, listener);
        return removal(listener);
    }

    private void insert(int at, L listener) {
        Object[] more = new Object[all.length + 1];
        System.arraycopy(all, 0, more, 0, at);
        more[at] = Objects.requireNonNull(listener, "listener");
        System.arraycopy(all, at, more, at + 1, all.length - at);
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
        for (int i = all.length - 1; i >= 0; i--) {
            if (all[i] == listener) {
                Object[] fewer = Arrays.copyOf(all, all.length - 1);
                System.arraycopy(all, i + 1, fewer, i, fewer.length - i);
                all = fewer;
                return;
            }
        }
    }

    int size() {
        return all.length;
    }

    boolean isEmpty() {
        return all.length == 0;
    }

    /** Calls those that are there now. */
    void forEach(Consumer<? super L> call) {
        for (Object listener : all) {
            call.accept(listener(listener));
        }
    }

    static void run(Listeners<Runnable> listeners) {
        for (Object listener : listeners.all) {
            ((Runnable) listener).run();
        }
    }

    static <T> void tell(Listeners<Consumer<? super T>> listeners, T value) {
        for (Object listener : listeners.all) {
            listeners.listener(listener).accept(value);
        }
    }

    @SuppressWarnings("unchecked") // nothing else is put in
    private L listener(Object listener) {
        return (L) listener;
    }
}
