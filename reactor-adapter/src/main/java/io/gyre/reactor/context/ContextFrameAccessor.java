package io.gyre.reactor.context;

import io.gyre.loop.ContextFrame;
import io.gyre.loop.EventLoop;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Carries the context frame of a loop's callback, with all values of {@link io.gyre.loop.AsyncLocalStorage} in it:
 * {@code contextCapture()} puts it into Reactor's context, and where Reactor restores thread locals from its context the
 * frame is current again. Registered by itself on the class path; on the module path, register it with
 * {@code ContextRegistry.getInstance().registerThreadLocalAccessor(new ContextFrameAccessor())}.
 *
 * <p><b>Thread.</b> Any. A frame is current on a loop's thread only; on others it is held for the way back to a loop,
 * and {@code AsyncLocalStorage.getStore} finds nothing there.
 */
@SuppressWarnings("exports") // of a module that is optional here: who uses this requires it
public final class ContextFrameAccessor implements ThreadLocalAccessor<ContextFrame> {

    /** The key of the frame in Reactor's context. */
    public static final String KEY = "gyre.context-frame";

    /** The frame that a thread without a loop holds. */
    private static final ThreadLocal<@Nullable ContextFrame> HELD = new ThreadLocal<>();

    /** Makes an accessor; they share what they hold. */
    public ContextFrameAccessor() {}

    @Override
    public Object key() {
        return KEY;
    }

    @Override
    public @Nullable ContextFrame getValue() {
        EventLoop loop = EventLoop.currentOrNull();
        if (loop == null) {
            return HELD.get();
        }
        ContextFrame frame = ContextFrame.current(loop);
        return frame == ContextFrame.root() ? null : frame;
    }

    @Override
    public void setValue(ContextFrame frame) {
        if (EventLoop.currentOrNull() == null) {
            HELD.set(frame);
        } else {
            frame.enter();
        }
    }

    /** Makes the frame current in which nothing is set. */
    @Override
    public void setValue() {
        if (EventLoop.currentOrNull() == null) {
            HELD.remove();
        } else {
            ContextFrame.root().enter();
        }
    }
}
