package io.gyre.loop;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A value that other libraries keep with the thread, such as a logging or a tracing context, and that a loop carries
 * from where a callback is scheduled to where it runs.
 *
 * <p><b>Thread.</b> Called on the thread whose value is meant: mostly the loop's, but also one that posts to the loop
 * or works for it. Loops share a carrier, so it has no state of its own.
 *
 * <p><b>Order.</b> A loop calls its carriers in the order in which they were given, around every callback.
 *
 * <p><b>Errors.</b> What a carrier throws fails the callback or the scheduling that it was called for.
 *
 * @param <V> the type of the value
 * @see EventLoopBuilder#carry
 */
public interface ContextCarrier<V> {

    /**
     * Returns the value of the calling thread.
     *
     * @return a value that does not change any more, or null where there is none
     */
    @Nullable
    V get();

    /**
     * Sets the value of the calling thread.
     *
     * @param value what {@link #get} returned somewhere, or null for none
     */
    void set(@Nullable V value);

    /**
     * Carries a thread-local variable. Loops that carry the same variable pass its values on to each other.
     *
     * @param <V> the type of the value, which nobody may change
     * @param variable where the value is
     * @return a carrier
     */
    static <V> ContextCarrier<V> of(ThreadLocal<V> variable) {
        return new ThreadLocalCarrier<>(variable);
    }

    /**
     * Carries SLF4J's mapped diagnostic context.
     *
     * @return a carrier
     */
    static ContextCarrier<Map<String, String>> mdc() {
        return MdcCarrier.INSTANCE;
    }
}
