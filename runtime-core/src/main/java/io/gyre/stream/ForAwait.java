package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import org.jspecify.annotations.Nullable;

/**
 * A loop over an asynchronous iterator: ECMAScript's {@code for await}, with its microtasks. A subclass is what is done
 * with an element. Confined to the loop's thread.
 */
abstract class ForAwait<T> {

    private final AsyncIterator<? extends T> elements;
    private final @Nullable AbortSignal signal;

    ForAwait(AsyncIterator<? extends T> elements, @Nullable AbortSignal signal) {
        this.elements = elements;
        this.signal = signal;
    }

    /** Uses an element; it, or something later, calls {@link #go} for the next, or one of the ways out. */
    abstract void element(T element) throws Exception;

    /** There are no more. */
    abstract void ended();

    /** The iterator failed, or {@link #leaveWith} was called. */
    abstract void failed(Throwable error);

    /** Asks for the next element. */
    final void go() {
        ask(elements);
    }

    private <E extends T> void ask(AsyncIterator<E> from) {
        from.next().await(this::took, this::failed);
    }

    private void took(IteratorResult<? extends T> result) {
        T element = result.value();
        if (result.done() || element == null) {
            ended();
            return;
        }
        try {
            if (signal != null && signal.isAborted()) {
                throw new AbortException(signal.reason());
            }
            element(element);
        } catch (Exception e) {
            leaveWith(e);
        }
    }

    /** Leaves the loop: closes the iterator, and then goes on behind the loop. */
    final void leave(Runnable then) {
        elements.close().await(closed -> then.run(), this::failed);
    }

    /** Leaves the loop by an error, which counts more than what goes wrong while the iterator is closed. */
    final void leaveWith(Throwable error) {
        elements.close().await(closed -> failed(error), failure -> {
            if (failure != error) {
                error.addSuppressed(failure);
            }
            failed(error);
        });
    }
}
