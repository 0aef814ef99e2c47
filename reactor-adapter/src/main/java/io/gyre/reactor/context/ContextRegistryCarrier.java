package io.gyre.reactor.context;

import io.gyre.loop.ContextCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Carries all thread-local values that a registry of Micrometer's context propagation has accessors for: observations,
 * traces and whatever else libraries register.
 *
 * <pre>{@code
 * EventLoop loop = EventLoop.builder()
 *         .carry(new ContextRegistryCarrier(ContextRegistry.getInstance()))
 *         .build();
 * }</pre>
 *
 * <p>The context frame of the loop and its storages need no carrier: {@link ContextFrameAccessor} and
 * {@link AsyncLocalStorageAccessor} are left out. Accessors that are registered later are carried from then on.
 *
 * <p>The values of a callback are set in a scope of the library, which is closed after the callback. So an observation
 * that a callback opens must be closed in the same callback, as everywhere. It costs a snapshot for each callback that
 * is scheduled and one or two scopes for each that runs.
 */
@SuppressWarnings("exports") // of a module that is optional here: who uses this requires it
public final class ContextRegistryCarrier implements ContextCarrier<ContextSnapshot> {

    private final ContextRegistry registry;
    private final ContextSnapshotFactory snapshots;
    private final ContextSnapshot nothing;

    /** What this carrier has set on the thread, to be taken away before it sets something else. */
    @SuppressWarnings("ThreadLocalUsage") // one for each carrier, which lives as long as its loops
    private final ThreadLocal<ContextSnapshot.@Nullable Scope> open = new ThreadLocal<>();

    /**
     * Makes a carrier.
     *
     * @param registry which accessors there are
     */
    public ContextRegistryCarrier(ContextRegistry registry) {
        this.registry = registry;
        snapshots = ContextSnapshotFactory.builder()
                .contextRegistry(registry)
                .clearMissing(true)
                .captureKeyPredicate(key -> !isOwn(key))
                .build();
        nothing = snapshots.captureFrom();
    }

    /** Whether the loop has it in its frame anyway. */
    private boolean isOwn(Object key) {
        for (ThreadLocalAccessor<?> accessor : registry.getThreadLocalAccessors()) {
            if (accessor.key().equals(key)) {
                return accessor instanceof ContextFrameAccessor || accessor instanceof AsyncLocalStorageAccessor;
            }
        }
        return false;
    }

    @Override
    public @Nullable ContextSnapshot get() {
        ContextSnapshot captured = snapshots.captureAll();
        return captured.equals(nothing) ? null : captured;
    }

    @Override
    public void set(@Nullable ContextSnapshot value) {
        ContextSnapshot.Scope former = open.get();
        if (former != null) {
            open.remove();
            former.close();
        }
        // What is missing in a snapshot is cleared, and so are all values where there is none.
        ContextSnapshot.Scope scope = (value == null ? nothing : value).setThreadLocals(key -> !isOwn(key));
        if (value != null) {
            open.set(scope);
        }
    }

    @Override
    public String toString() {
        return "ContextRegistryCarrier(" + registry + ")";
    }
}
