package io.gyre.abort;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import io.gyre.loop.Timer;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells operations that their user has given them up (the Web's {@code AbortSignal}). It aborts at most once, and stays
 * so.
 *
 * <p><b>Thread.</b> Belongs to a loop and is used on its thread.
 *
 * <p><b>Order.</b> Listeners are called once, in the order they were added, before the call that aborts returns; then
 * the signals that depend on this one abort, in the order they were made. A listener that is added afterwards is not
 * called: ask {@link #isAborted} first.
 *
 * <p><b>Errors.</b> What a listener throws is an uncaught error of the loop, in a tick of its own; the other listeners
 * are called all the same.
 *
 * <p>A signal needs no closing, and keeps neither the loop alive nor, if it depends on others, itself in memory while
 * nobody listens.
 */
public final class AbortSignal {

    private static final int FIRST_SWEEP = 16;

    private final EventLoop loop;
    private @Nullable Throwable reason;

    /** Replaced, never changed, so that an abort in progress keeps its own. */
    private List<Consumer<? super Throwable>> listeners = List.of();

    /** The signals made by {@link #any} that follow this one. */
    private final List<Hold> dependents = new ArrayList<>();

    private int sweepAt = FIRST_SWEEP;

    /** What a composite follows; no composites among them, and empty for other signals. */
    private List<AbortSignal> sources = List.of();

    /** How a timer or the sources reach this signal; null where nothing reaches it by itself. */
    private @Nullable Hold hold;

    private boolean composite;

    AbortSignal(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
        loop.checkThread("new AbortSignal");
    }

    /** A way to a signal that is strong only while somebody listens. */
    private static final class Hold {

        private final WeakReference<AbortSignal> weak;

        // Read by nobody: it is there to be reachable.
        @SuppressWarnings("unused")
        private @Nullable AbortSignal strong;

        Hold(AbortSignal signal) {
            weak = new WeakReference<>(signal);
        }

        void abort(Throwable reason) {
            AbortSignal signal = weak.get();
            if (signal != null) {
                signal.abortWith(reason);
            }
        }
    }

    static AbortException defaultReason() {
        return new AbortException("This operation was aborted", null);
    }

    // ---- making signals

    /**
     * Makes a signal that has aborted, on the calling thread's loop.
     *
     * @param reason why
     * @return an aborted signal
     */
    public static AbortSignal abort(Throwable reason) {
        return abort(EventLoop.current(), reason);
    }

    /**
     * Makes a signal that has aborted.
     *
     * @param loop the loop that it belongs to
     * @param reason why
     * @return an aborted signal
     */
    public static AbortSignal abort(EventLoop loop, Throwable reason) {
        AbortSignal signal = new AbortSignal(loop);
        signal.abortWith(Objects.requireNonNull(reason, "reason"));
        return signal;
    }

    /**
     * Makes a signal that aborts by itself, on the calling thread's loop.
     *
     * @param delayMillis in how many milliseconds
     * @return a signal
     */
    public static AbortSignal timeout(long delayMillis) {
        return timeout(EventLoop.current(), delayMillis);
    }

    /**
     * Makes a signal that aborts by itself, with an {@link AbortTimeoutException} as the reason. Its timer does not keep
     * the loop alive.
     *
     * @param loop the loop that it belongs to
     * @param delayMillis in how many milliseconds
     * @return a signal
     */
    public static AbortSignal timeout(EventLoop loop, long delayMillis) {
        if (delayMillis < 0) {
            throw new IllegalArgumentException("delayMillis must be 0 or more, but was " + delayMillis);
        }
        AbortSignal signal = new AbortSignal(loop);
        Hold hold = new Hold(signal);
        signal.hold = hold;
        Timer timer = loop.setTimeout(() -> hold.abort(new AbortTimeoutException()), delayMillis);
        timer.unref();
        return signal;
    }

    /**
     * Makes a signal that aborts with the first of several, and with its reason.
     *
     * @param signals what to follow, of one loop; at least one
     * @return a signal; aborted if one of them is
     */
    public static AbortSignal any(AbortSignal... signals) {
        return any(List.of(signals));
    }

    /**
     * Makes a signal that aborts with the first of several, and with its reason.
     *
     * @param signals what to follow, of one loop; at least one
     * @return a signal; aborted if one of them is
     */
    public static AbortSignal any(List<AbortSignal> signals) {
        if (signals.isEmpty()) {
            throw new IllegalArgumentException("there is no signal to follow");
        }
        EventLoop loop = signals.get(0).loop;
        AbortSignal result = new AbortSignal(loop);
        result.composite = true;
        List<AbortSignal> followed = new ArrayList<>();
        for (AbortSignal signal : signals) {
            if (signal.loop != loop) {
                throw new IllegalArgumentException("a signal of " + signal.loop + " among those of " + loop);
            }
            Throwable why = signal.reason;
            if (why != null) {
                result.reason = why;
                return result;
            }
            // A composite's sources stand for it, so that chains stay flat.
            for (AbortSignal source : signal.composite ? signal.sources : List.of(signal)) {
                if (!followed.contains(source)) {
                    followed.add(source);
                }
            }
        }
        result.sources = followed;
        Hold hold = new Hold(result);
        result.hold = hold;
        for (AbortSignal source : followed) {
            source.addDependent(hold);
        }
        return result;
    }

    private void addDependent(Hold dependent) {
        if (dependents.size() >= sweepAt) {
            dependents.removeIf(other -> other.weak.get() == null);
            sweepAt = Math.max(FIRST_SWEEP, 2 * dependents.size());
        }
        dependents.add(dependent);
    }

    // ---- for operations

    /**
     * Returns the loop that this signal belongs to. From any thread.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Tells whether this signal has aborted.
     *
     * @return true from then on
     */
    public boolean isAborted() {
        loop.checkThread("AbortSignal.isAborted");
        return reason != null;
    }

    /**
     * Returns why this signal has aborted.
     *
     * @return the reason; null while it has not
     */
    public @Nullable Throwable reason() {
        loop.checkThread("AbortSignal.reason");
        return reason;
    }

    /**
     * Throws if this signal has aborted.
     *
     * @throws RuntimeException the reason itself, or an {@link AbortException} with it as the cause if it is a checked one
     */
    public void throwIfAborted() {
        loop.checkThread("AbortSignal.throwIfAborted");
        Throwable why = reason;
        if (why instanceof RuntimeException unchecked) {
            throw unchecked;
        } else if (why instanceof Error error) {
            throw error;
        } else if (why != null) {
            throw new AbortException(why);
        }
    }

    /**
     * Adds a listener for the abort. It is not called if this signal has aborted already.
     *
     * @param listener given the reason, once
     * @return removes the listener; an operation that is over should, as signals may live long
     */
    public Registration onAbort(Consumer<? super Throwable> listener) {
        loop.checkThread("AbortSignal.onAbort");
        Objects.requireNonNull(listener, "listener");
        if (reason != null) {
            return () -> {};
        }
        List<Consumer<? super Throwable>> more = new ArrayList<>(listeners);
        more.add(listener);
        listeners = more;
        hold(true);
        boolean[] removed = new boolean[1];
        return () -> {
            loop.checkThread("Registration.remove");
            if (!removed[0]) {
                removed[0] = true;
                removeLast(listener);
            }
        };
    }

    private void removeLast(Consumer<? super Throwable> listener) {
        int at = listeners.lastIndexOf(listener);
        if (at >= 0) {
            List<Consumer<? super Throwable>> fewer = new ArrayList<>(listeners);
            fewer.remove(at);
            listeners = fewer;
            if (fewer.isEmpty()) {
                hold(false);
            }
        }
    }

    private void hold(boolean listening) {
        Hold reaching = hold;
        if (reaching != null) {
            reaching.strong = listening ? this : null;
        }
    }

    void abortWith(Throwable why) {
        if (reason != null) {
            return;
        }
        reason = why;
        for (Consumer<? super Throwable> listener : listeners) {
            // One that was removed meanwhile is no longer among them.
            if (listeners.contains(listener)) {
                tell(listener, why);
            }
        }
        listeners = List.of();
        hold(false);
        List<Hold> due = List.copyOf(dependents);
        dependents.clear();
        for (Hold dependent : due) {
            dependent.abort(why);
        }
    }

    private void tell(Consumer<? super Throwable> listener, Throwable why) {
        try {
            listener.accept(why);
        } catch (Throwable t) {
            if (loop.isHalted()) {
                throw t;
            }
            loop.nextTick(() -> loop.raise(t));
        }
    }

    @Override
    public String toString() {
        Throwable why = reason;
        return why == null ? "AbortSignal(not aborted)" : "AbortSignal(aborted: " + why + ")";
    }
}
