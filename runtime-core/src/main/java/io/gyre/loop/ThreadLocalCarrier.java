package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/** Carries a thread-local variable, which is the key of its values in the frames of all loops. */
record ThreadLocalCarrier<V>(ThreadLocal<V> variable) implements ContextCarrier<V> {

    @Override
    public @Nullable V get() {
        return variable.get();
    }

    @Override
    public void set(@Nullable V value) {
        if (value == null) {
            variable.remove();
        } else {
            variable.set(value);
        }
    }

    @Override
    public String toString() {
        return "ContextCarrier(" + variable + ")";
    }
}
