package io.gyre.stream.web;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transformer's side of a {@link TransformStream}.
 *
 * <p>Thread, order, errors and close are as in {@link TransformStream}.
 *
 * @param <O> the type of the chunks that go out
 */
public final class TransformStreamDefaultController<O> {

    private final TransformStream<?, O> stream;

    TransformStreamDefaultController(TransformStream<?, O> stream) {
        this.stream = stream;
    }

    /**
     * Returns how much more the readable side would welcome.
     *
     * @return negative if there is too much, 0 once it is closed; null once it is broken
     */
    public @Nullable Double desiredSize() {
        return stream.readable().controller().desiredSize();
    }

    /**
     * Gives a chunk to the readable side.
     *
     * @param chunk the chunk
     * @throws IllegalStateException if that side is closed or broken
     */
    public void enqueue(O chunk) {
        stream.checkThread("TransformStreamDefaultController.enqueue");
        stream.enqueue(Objects.requireNonNull(chunk, "chunk"));
    }

    /**
     * Breaks both sides.
     *
     * @param reason told to whoever reads or writes
     */
    public void error(Throwable reason) {
        stream.checkThread("TransformStreamDefaultController.error");
        stream.breakUp(Objects.requireNonNull(reason, "reason"));
    }

    /** Closes the readable side and breaks the writable one: no more is wanted. */
    public void terminate() {
        stream.checkThread("TransformStreamDefaultController.terminate");
        stream.terminate();
    }
}
