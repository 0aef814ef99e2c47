package io.gyre.reactor.context;

import io.gyre.loop.AsyncLocalStorage;
import io.gyre.loop.EventLoop;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries one {@link AsyncLocalStorage} under a key of Reactor's context: {@code contextCapture()} writes its value
 * there, and a value that {@code contextWrite} put there is what {@link AsyncLocalStorage#getStore} finds where Reactor
 * restores thread locals from its context.
 *
 * <pre>{@code
 * ContextRegistry.getInstance().registerThreadLocalAccessor(new AsyncLocalStorageAccessor<>("user", user));
 * }</pre>
 *
 * <p><b>Thread.</b> Any. The value is in the storage on a loop's thread only; on others it is held for the way back to a
 * loop.
 *
 * @param <T> the type of the value
 */
@SuppressWarnings("exports") // of a module that is optional here: who uses this requires it
public final class AsyncLocalStorageAccessor<T> implements ThreadLocalAccessor<T> {

    private final Object key;
    private final AsyncLocalStorage<T> storage;

    /** The value that a thread without a loop holds. */
    @SuppressWarnings("ThreadLocalUsage") // one for each storage, and storages are static themselves
    private final ThreadLocal<@Nullable T> held = new ThreadLocal<>();

    /**
     * Makes an accessor for a storage.
     *
     * @param key the key of its value in Reactor's context
     * @param storage where the value is on a loop's thread
     */
    public AsyncLocalStorageAccessor(Object key, AsyncLocalStorage<T> storage) {
        this.key = Objects.requireNonNull(key, "key");
        this.storage = Objects.requireNonNull(storage, "storage");
    }

    @Override
    public Object key() {
        return key;
    }

    @Override
    public @Nullable T getValue() {
        return EventLoop.currentOrNull() == null ? held.get() : storage.getStore();
    }

    @Override
    public void setValue(T value) {
        if (EventLoop.currentOrNull() == null) {
            held.set(value);
        } else {
            storage.enterWith(value);
        }
    }

    /** Clears the value. */
    @Override
    public void setValue() {
        if (EventLoop.currentOrNull() == null) {
            held.remove();
        } else {
            storage.enterWith(null);
        }
    }
}
