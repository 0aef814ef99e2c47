package io.gyre.stream;

import io.gyre.abort.AbortException;
import org.jspecify.annotations.Nullable;

/**
 * A stream that is made of others: what is written goes into a sink, what is read comes out of a source. Who makes one
 * listens to both and says here when they drain, finish, have something to read, and are through.
 */
abstract class RelayDuplex<I, O> extends AbstractDuplex<I, O> {

    /** What waits for the sink to drain, for it to finish, and for the streams to be through. */
    private @Nullable Callback onDrain;

    private @Nullable Callback onFinish;
    private @Nullable Callback onClose;

    private boolean wantsMore;

    /** Whether the streams, or one of them, are through: the end of this one is no abort then. */
    private boolean through;

    RelayDuplex(Stream first, DuplexOptions<I, O> options) {
        super(first.loop(), options);
    }

    /** Asked only where this stream is writable. */
    abstract Writable<I> sink();

    /** Asked only where this stream is readable. */
    abstract Readable<O> source();

    /** This stream is destroyed: destroys what it is made of. */
    abstract void giveUp(@Nullable Throwable cause, boolean through);

    final void sinkDrained() {
        Callback callback = onDrain;
        onDrain = null;
        done(callback);
    }

    final void sinkFinished() {
        Callback callback = onFinish;
        onFinish = null;
        done(callback);
    }

    private static void done(@Nullable Callback callback) {
        if (callback != null) {
            callback.done();
        }
    }

    final void readOn() {
        while (wantsMore) {
            O chunk = source().read();
            if (chunk == null) {
                return;
            }
            wantsMore = push(chunk);
        }
    }

    /** Ends this stream, if it waits for that; else destroys it, if that is due. */
    final void through(@Nullable Throwable error, boolean destroys) {
        through = true;
        Callback callback = onClose;
        onClose = null;
        if (callback != null) {
            callback.call(error);
        } else if (destroys) {
            destroy(error);
        }
    }

    @Override
    protected final void doWrite(I chunk, Callback callback) {
        if (sink().write(chunk)) {
            callback.done();
        } else {
            onDrain = callback;
        }
    }

    @Override
    protected final void doFinal(Callback callback) {
        sink().end();
        onFinish = callback;
    }

    @Override
    protected final void doRead(int n) {
        wantsMore = true;
        readOn();
    }

    @Override
    protected final void doDestroy(@Nullable Throwable error, Callback callback) {
        Throwable cause = error == null && !through ? new AbortException() : error;
        wantsMore = false;
        onDrain = null;
        onFinish = null;
        if (through) {
            giveUp(cause, true);
            callback.call(cause);
        } else {
            onClose = callback;
            giveUp(cause, false);
        }
    }
}
