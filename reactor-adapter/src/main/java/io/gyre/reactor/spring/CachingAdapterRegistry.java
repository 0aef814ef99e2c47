package io.gyre.reactor.spring;

import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;

/**
 * A registry's adapters, each found once for a class. WebFlux asks for the adapter of a parameter, of a result and of a body
 * about seven times a request, and Spring's registry then compares the class with each of its types, twice.
 *
 * <p>What registers with this one is heard at once.
 */
final class CachingAdapterRegistry extends ReactiveAdapterRegistry {

    private static final Reference<ReactiveAdapter> NONE = new WeakReference<>(null);

    /** Null while the constructor above registers Spring's own adapters, which the original has. */
    private final @Nullable ReactiveAdapterRegistry original;

    /** Replaced when an adapter is registered. */
    private volatile Found found;

    CachingAdapterRegistry(ReactiveAdapterRegistry original) {
        this.original = original;
        found = new Found(original);
    }

    @Override
    public void registerReactiveType(
            ReactiveTypeDescriptor descriptor,
            Function<Object, Publisher<?>> toPublisher,
            Function<Publisher<?>, Object> fromPublisher) {
        if (original != null) {
            original.registerReactiveType(descriptor, toPublisher, fromPublisher);
            found = new Found(original);
        }
    }

    @Override
    public void registerReactiveTypeOverride(
            ReactiveTypeDescriptor descriptor,
            Function<Object, Publisher<?>> toPublisher,
            Function<Publisher<?>, Object> fromPublisher) {
        if (original != null) {
            original.registerReactiveTypeOverride(descriptor, toPublisher, fromPublisher);
            found = new Found(original);
        }
    }

    @Override
    public boolean hasAdapters() {
        return original != null && original.hasAdapters();
    }

    @Override
    public @Nullable ReactiveAdapter getAdapter(Class<?> type) {
        return getAdapter(type, null);
    }

    @Override
    public @Nullable ReactiveAdapter getAdapter(@Nullable Class<?> type, @Nullable Object source) {
        Object value = source instanceof Optional<?> optional ? optional.orElse(null) : source;
        Class<?> sought = value != null ? value.getClass() : type;
        return sought != null ? found.get(sought).get() : null;
    }

    /** A class outlives the application, so what is kept with it holds nothing of that. The registry holds the adapters. */
    private static final class Found extends ClassValue<Reference<ReactiveAdapter>> {

        private final ReactiveAdapterRegistry registry;

        Found(ReactiveAdapterRegistry registry) {
            this.registry = registry;
        }

        @Override
        protected Reference<ReactiveAdapter> computeValue(Class<?> type) {
            ReactiveAdapter adapter = registry.getAdapter(type);
            return adapter != null ? new WeakReference<>(adapter) : NONE;
        }
    }
}
