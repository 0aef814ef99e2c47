package io.gyre.promise;

import io.gyre.loop.EventLoop;
import io.gyre.loop.RejectionTracker.Rejection;
import io.gyre.promise.Promise.State;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a promise has come to, and the reactions that wait for it: the internal slots of ECMAScript's promise. Used on
 * the loop's thread, which whoever calls has checked.
 */
abstract class Settlement {

    private static final Object FULFILLED = State.FULFILLED;
    private static final Object REJECTED = State.REJECTED;

    final EventLoop loop;

    /** The value or the reason, once settled. */
    private @Nullable Object result;

    /**
     * The state, and what belongs to it: null or the newest {@code Reaction} while pending, then {@link #FULFILLED}, or
     * {@link #REJECTED}, or the {@link Rejection} that waits for a handler.
     */
    private @Nullable Object link;

    Settlement(EventLoop loop) {
        this.loop = loop;
    }

    /** Fulfilled from the start. */
    Settlement(EventLoop loop, @Nullable Object value) {
        this.loop = loop;
        this.result = value;
        this.link = FULFILLED;
    }

    final State stateNow() {
        Object now = link;
        if (now == null || now instanceof Reaction<?>) {
            return State.PENDING;
        }
        return now == FULFILLED ? State.FULFILLED : State.REJECTED;
    }

    /** The state in words, with the value or the reason. */
    final String describe() {
        State now = stateNow();
        String name = now.name().toLowerCase(Locale.ROOT);
        return now == State.PENDING ? name : name + ": " + result;
    }

    /** Attaches a reaction, or queues it if this promise has settled. */
    void add(Reaction<?> reaction) {
        Object now = link;
        if (now == null) {
            link = reaction;
        } else if (now instanceof Reaction<?> before) {
            reaction.source = before;
            link = reaction;
        } else {
            if (now instanceof Rejection unhandled) {
                unhandled.handle();
                link = REJECTED;
            }
            queue(reaction);
        }
    }

    private void queue(Reaction<?> reaction) {
        reaction.source = this;
        loop.queueReaction(reaction);
    }

    void fulfill(@Nullable Object value) {
        Object waiting = link;
        result = value;
        link = FULFILLED;
        if (waiting != null) {
            trigger((Reaction<?>) waiting);
        }
    }

    void fail(Throwable reason) {
        Objects.requireNonNull(reason, "reason");
        Object waiting = link;
        result = reason;
        if (waiting == null) {
            link = loop.rejectionTracker().reject(this, reason);
        } else {
            link = REJECTED;
            trigger((Reaction<?>) waiting);
        }
    }

    /** Rejects with what a handler threw, unless the loop was told to end: then the handler's microtask is left. */
    void failFrom(Throwable thrown) {
        rethrowIfHalted(thrown);
        fail(thrown);
    }

    void rethrowIfHalted(Throwable thrown) {
        if (loop.isHalted()) {
            Settlement.<RuntimeException>rethrow(thrown);
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // throws it unchecked, whatever it is
    private static <X extends Throwable> void rethrow(Throwable thrown) throws X {
        throw (X) thrown;
    }

    /** Queues the reactions in the order they were attached; they are linked from the newest to the oldest. */
    private void trigger(Reaction<?> newest) {
        if (newest.source == null) {
            queue(newest);
            return;
        }
        Reaction<?> oldestFirst = null;
        for (Reaction<?> at = newest; at != null; ) {
            Reaction<?> before = (Reaction<?>) at.source;
            at.source = oldestFirst;
            oldestFirst = at;
            at = before;
        }
        for (Reaction<?> at = oldestFirst; at != null; ) {
            Reaction<?> following = (Reaction<?>) at.source;
            queue(at);
            at = following;
        }
    }

    boolean isRejected() {
        return link != FULFILLED;
    }

    // The caller knows the type of its source, and with it whether the value may be null.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals", "NullAway"})
    <V extends @Nullable Object> V value() {
        return (V) result;
    }

    Throwable reason() {
        return (Throwable) Objects.requireNonNull(result);
    }
}
