package io.gyre.loop;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * What a loop carries from thread to thread beside its own frame. A frame that was captured holds the carried values as
 * it holds those of the storages; while it is current they are on the thread.
 *
 * <p>Immutable. A loop without carriers has none of this, and pays one comparison with null for it.
 */
final class CarriedContext {

    private final ContextCarrier<?>[] carriers;

    CarriedContext(List<ContextCarrier<?>> carriers) {
        this.carriers = carriers.toArray(new ContextCarrier<?>[0]);
    }

    /** Frames go from loop to loop, each of which may have made its own carrier of a variable. */
    private static Object key(ContextCarrier<?> carrier) {
        return carrier instanceof ThreadLocalCarrier<?> ofVariable ? ofVariable.variable() : carrier;
    }

    /** Adds the values of the calling thread to a frame; the root frame where there is nothing at all. */
    ContextFrame capture(ContextFrame frame) {
        ContextFrame captured = frame;
        for (ContextCarrier<?> carrier : carriers) {
            Object value = carrier.get();
            Object key = key(carrier);
            if (!Objects.equals(value, captured.get(key))) {
                captured = captured.with(key, value);
            }
        }
        return captured.isEmpty() ? ContextFrame.ROOT : captured;
    }

    /** Puts the values of a frame on the calling thread. */
    void install(ContextFrame frame) {
        for (ContextCarrier<?> carrier : carriers) {
            set(carrier, frame.get(key(carrier)));
        }
    }

    /** Binds a task to the values of the calling thread, which may be any. */
    Runnable capture(EventLoop loop, Runnable task) {
        ContextFrame frame = capture(ContextFrame.ROOT);
        return frame == ContextFrame.ROOT ? task : () -> frame.run(loop, task);
    }

    /** Binds a job for another thread to the values of a frame; that thread gets back what it had. */
    <T extends @Nullable Object> Callable<T> bind(ContextFrame frame, Callable<T> job) {
        if (frame == ContextFrame.ROOT) {
            return job;
        }
        return () -> {
            ContextFrame former = capture(ContextFrame.ROOT);
            install(frame);
            try {
                return job.call();
            } finally {
                install(former);
            }
        };
    }

    @SuppressWarnings("unchecked") // it is what the carrier returned
    private static <V> void set(ContextCarrier<V> carrier, @Nullable Object value) {
        carrier.set((V) value);
    }
}
