package io.gyre.abort;

import io.gyre.loop.EventLoop;
import java.util.Objects;

/**
 * Gives operations up: they are handed its {@link #signal}, and {@link #abort()} tells them (the Web's
 * {@code AbortController}).
 *
 * <p>Belongs to a loop and is used on its thread; from elsewhere, {@code loop.execute(controller::abort)}. The first
 * abort counts, later ones do nothing.
 */
public final class AbortController {

    private final AbortSignal signal;

    /** Makes a controller on the loop that the calling thread runs. */
    public AbortController() {
        this(EventLoop.current());
    }

    /**
     * Makes a controller.
     *
     * @param loop the loop that it belongs to
     */
    public AbortController(EventLoop loop) {
        signal = new AbortSignal(loop);
    }

    /**
     * Returns what operations watch.
     *
     * @return the same signal each time
     */
    public AbortSignal signal() {
        return signal;
    }

    /** Aborts, with an {@link AbortException} as the reason. */
    public void abort() {
        signal.loop().checkThread("AbortController.abort");
        if (!signal.isAborted()) {
            signal.abortWith(AbortSignal.defaultReason());
        }
    }

    /**
     * Aborts. The listeners of the signal are called before this returns.
     *
     * @param reason why; operations fail with it as the cause
     */
    public void abort(Throwable reason) {
        signal.loop().checkThread("AbortController.abort");
        signal.abortWith(Objects.requireNonNull(reason, "reason"));
    }
}
