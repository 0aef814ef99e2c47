package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import org.jspecify.annotations.Nullable;

/**
 * Takes chunks one at a time, for consumers that ask instead of being called (what Node's asynchronous iterator does).
 * It holds no chunk itself and makes the source read no further than its high-water mark.
 *
 * <pre>{@code
 * for (;;) {
 *     T chunk = reader.poll();
 *     if (chunk != null) { use it }
 *     else if (reader.isDone()) { fail with reader.error() if there is one; leave }
 *     else { reader.await(resume this loop); return; }
 * }
 * }</pre>
 *
 * <p>Confined to the loop's thread. Errors of the stream go to the reader and count as handled. Reading and a data
 * listener exclude each other.
 *
 * @param <T> the type of the chunks
 */
public final class ChunkReader<T> implements AutoCloseable {

    private final Readable<T> source;
    private final Registration onReadable;
    private final EventLoop loop;
    private @Nullable Runnable waiting;
    private boolean through;
    private @Nullable Throwable error;

    /**
     * Starts to read ahead.
     *
     * @param source what to read
     */
    public ChunkReader(Readable<T> source) {
        this.source = source;
        this.loop = source.loop();
        onReadable = source.onReadable(this::wake);
        Pipeline.finished(source, FinishedOptions.defaults().writable(false), outcome -> {
            through = true;
            error = outcome;
            wake();
        });
    }

    /**
     * Takes the next chunk.
     *
     * @return null if there is none now; {@link #isDone} tells whether there is none any more
     */
    public @Nullable T poll() {
        return source.isDestroyed() ? null : source.read();
    }

    /**
     * Tells whether the stream is through. To be asked after {@link #poll} has returned null.
     *
     * @return true at the end, and after an error
     */
    public boolean isDone() {
        return through;
    }

    /**
     * Returns what broke the stream.
     *
     * @return the error; null while there is none, and at a regular end
     */
    public @Nullable Throwable error() {
        return error;
    }

    /**
     * Calls back once, when {@link #poll} or {@link #isDone} may have something new to tell. Always later, never from
     * within this call.
     *
     * @param callback what to run
     * @throws IllegalStateException if another callback waits already
     */
    public void await(Runnable callback) {
        if (waiting != null) {
            throw new IllegalStateException("another consumer waits for the next chunk");
        }
        waiting = callback;
        if (through) {
            loop.nextTick(this::wake);
        }
    }

    private void wake() {
        Runnable callback = waiting;
        if (callback != null) {
            waiting = null;
            callback.run();
        }
    }

    /**
     * Gives the stream up: destroys it, with an {@link AbortException} if it is not through. One that has ended and can be
     * written still is left open. A waiting callback is dropped.
     */
    @Override
    public void close() {
        waiting = null;
        boolean all = source.isReadableEnded();
        if (!source.isDestroyed() && !(all && source instanceof Duplex)) {
            source.destroy(all ? null : new AbortException());
        }
        onReadable.remove();
    }
}
