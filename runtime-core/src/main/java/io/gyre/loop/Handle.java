package io.gyre.loop;

import org.jspecify.annotations.Nullable;

/**
 * A long-lived object of the loop: a watcher, a listening socket, a channel.
 *
 * <p>Confined to the loop's thread; any other call throws. A handle is inactive when made, then active or inactive as
 * its own methods say, then closing, then closed. While it is active and ref'd, or closing, it keeps the loop alive.
 * Its close callback runs in the closing phase. Users extend this class to put their own event sources on the loop.
 */
public abstract class Handle {

    private enum State {
        INACTIVE,
        ACTIVE,
        CLOSING,
        CLOSED
    }

    private final EventLoop loop;
    private final String kind;
    private State state = State.INACTIVE;
    private boolean ref = true;

    @Nullable
    Handle previousActive;

    @Nullable
    Handle nextActive;

    /** The one that was closed before this one. */
    @Nullable
    Handle nextClosing;

    @Nullable
    Runnable closeCallback;

    /**
     * Makes an inactive handle.
     *
     * @param loop the loop it belongs to
     * @param kind what it is, for {@link EventLoop#activeResources}
     */
    protected Handle(EventLoop loop, String kind) {
        this.loop = loop;
        this.kind = kind;
    }

    /**
     * Returns the loop that this handle belongs to.
     *
     * @return the loop; may be called from any thread
     */
    public final EventLoop loop() {
        return loop;
    }

    /**
     * Lets this handle keep the loop alive while it is active (the default).
     *
     * @return this
     */
    public Handle ref() {
        setRef(true);
        return this;
    }

    /**
     * Lets the loop end although this handle is active.
     *
     * @return this
     */
    public Handle unref() {
        setRef(false);
        return this;
    }

    private void setRef(boolean value) {
        loop.checkThread(value ? "Handle.ref" : "Handle.unref");
        if (ref == value) {
            return;
        }
        ref = value;
        if (state == State.ACTIVE) {
            loop.liveness.refChanged(value);
        }
    }

    /**
     * Tells whether this handle keeps the loop alive while it is active.
     *
     * @return whether it is ref'd
     */
    public final boolean hasRef() {
        return ref;
    }

    /**
     * Tells whether this handle is active.
     *
     * @return true between its start and its stop or close
     */
    public final boolean isActive() {
        return state == State.ACTIVE;
    }

    /**
     * Tells whether {@link #close} was called.
     *
     * @return true also when the close callback has run
     */
    public final boolean isClosing() {
        return state == State.CLOSING || state == State.CLOSED;
    }

    /** Closes this handle. Closing it again does nothing. */
    public final void close() {
        close(null);
    }

    /**
     * Closes this handle and calls back in the closing phase. Closing it again does nothing, and the callback is not
     * called.
     *
     * @param onClosed called once, on the loop's thread, when the handle is closed
     */
    public final void close(@Nullable Runnable onClosed) {
        loop.checkThread("Handle.close");
        if (isClosing()) {
            return;
        }
        deactivate();
        state = State.CLOSING;
        closeCallback = onClosed == null ? null : ContextFrame.capture(loop, onClosed);
        try {
            onClose();
        } finally {
            loop.closing(this);
        }
    }

    /** Ends what this handle watches. Called once, on the loop's thread, by {@link #close}. */
    protected void onClose() {}

    /** Starts to count as active. Does nothing if it does already. */
    protected final void activate() {
        if (isClosing()) {
            throw new IllegalStateException(this + " is closed");
        }
        if (state == State.INACTIVE) {
            state = State.ACTIVE;
            loop.liveness.activated(this);
        }
    }

    /** Ceases to count as active. Does nothing if it does not. */
    protected final void deactivate() {
        if (state == State.ACTIVE) {
            loop.liveness.deactivated(this);
            state = State.INACTIVE;
        }
    }

    /**
     * Runs a callback of this handle as the loop runs its own: errors go to the error policy, and the tick and
     * microtask queues drain after it (Node's {@code MakeCallback}).
     *
     * @param callback what to run
     */
    protected final void makeCallback(Runnable callback) {
        loop.makeCallback(callback);
    }

    /**
     * Says which one this is.
     *
     * @return a short description for {@link EventLoop#activeResources}
     */
    protected String describe() {
        return Integer.toHexString(System.identityHashCode(this));
    }

    final String kind() {
        return kind;
    }

    void closed() {
        state = State.CLOSED;
    }

    @Override
    public String toString() {
        return kind + "(" + describe() + ")";
    }
}
