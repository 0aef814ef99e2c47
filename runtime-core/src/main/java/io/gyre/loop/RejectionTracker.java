package io.gyre.loop;

import java.util.ArrayDeque;

/**
 * Watches failed results for a handler: ECMAScript's HostPromiseRejectionTracker with Node's rules.
 *
 * <p>For implementers of promises. A result that fails with nobody listening is given to {@link #reject}; if a handler
 * comes later, the returned {@link Rejection} is told. When the tick and microtask queues have drained, what has still
 * no handler is reported under the loop's {@link UnhandledRejections} policy. Confined to the loop's thread.
 */
public final class RejectionTracker {

    private final EventLoop loop;
    private final ErrorPolicy errors;
    private final ArrayDeque<Rejection> pending = new ArrayDeque<>();
    private final ArrayDeque<Rejection> handledLate = new ArrayDeque<>();

    RejectionTracker(EventLoop loop, ErrorPolicy errors) {
        this.loop = loop;
        this.errors = errors;
    }

    /**
     * Notes a failure that nobody listens to.
     *
     * @param promise the failed result, handed to the {@code unhandledRejection} handlers
     * @param reason why it failed
     * @return the note, to be told when a handler is attached
     */
    public Rejection reject(Object promise, Throwable reason) {
        Rejection rejection = new Rejection(this, promise, reason);
        pending.add(rejection);
        loop.queues.setDue();
        return rejection;
    }

    boolean hasWork() {
        return !pending.isEmpty() || !handledLate.isEmpty();
    }

    /** Reports what has no handler; returns whether anything was reported, so that the queues must drain again. */
    boolean process() {
        boolean reported = false;
        Rejection late;
        while ((late = handledLate.poll()) != null) {
            reported = true;
            errors.rejectionHandled(late);
        }
        for (int left = pending.size(); left > 0; left--) {
            Rejection rejection = pending.poll();
            if (rejection == null || rejection.handled) {
                continue;
            }
            rejection.reported = true;
            reported = true;
            errors.unhandledRejection(rejection);
            if (errors.halted()) {
                return false;
            }
        }
        return reported || !pending.isEmpty();
    }

    /** One failed result that had no handler when it failed. */
    public static final class Rejection {

        private final RejectionTracker tracker;
        final Object promise;
        final Throwable reason;
        private boolean handled;
        private boolean reported;

        private Rejection(RejectionTracker tracker, Object promise, Throwable reason) {
            this.tracker = tracker;
            this.promise = promise;
            this.reason = reason;
        }

        /** Tells that a handler was attached. If the failure was reported already, {@code rejectionHandled} follows. */
        public void handle() {
            if (handled) {
                return;
            }
            handled = true;
            if (reported) {
                tracker.handledLate.add(this);
                tracker.loop.queues.setDue();
            }
        }
    }
}
