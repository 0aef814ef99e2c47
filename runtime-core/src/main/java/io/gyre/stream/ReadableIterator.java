package io.gyre.stream;

import io.gyre.loop.Registration;
import org.jspecify.annotations.Nullable;

/** Iterates over the chunks of a stream, and destroys it at the end. It listens from the first chunk asked for on. */
final class ReadableIterator<T> extends AsyncGenerator<T> {

    private final Readable<T> source;
    private final boolean destroyOnReturn;
    private @Nullable Registration onReadable;
    private @Nullable Registration onFinished;

    /** Whether the stream is through; then {@link #error} says how. */
    private boolean through;

    private @Nullable Throwable error;
    private boolean waiting;

    ReadableIterator(Readable<T> source, boolean destroyOnReturn) {
        super(source.loop());
        this.source = source;
        this.destroyOnReturn = destroyOnReturn;
    }

    @Override
    void start() {
        onReadable = source.onReadable(this::wake);
        onFinished = Finished.watch(source, FinishedOptions.defaults().writable(false), outcome -> {
            through = true;
            error = outcome == null ? null : both(error, outcome);
            wake();
        });
        proceed();
    }

    @Override
    void proceed() {
        T chunk = source.isDestroyed() ? null : source.read();
        if (chunk != null) {
            yieldLater(chunk);
        } else if (error != null) {
            thrown(error);
        } else if (through) {
            cleanUp();
            end();
        } else {
            waiting = true;
        }
    }

    private void wake() {
        if (waiting) {
            waiting = false;
            loop.queueMicrotask(() -> run(this::proceed));
        }
    }

    @Override
    void leave(@Nullable Throwable cause) {
        if (cause != null) {
            thrown(cause);
        } else {
            cleanUp();
            end();
        }
    }

    @Override
    void thrown(Throwable thrown) {
        both(error, thrown);
        error = thrown;
        cleanUp();
        fail(thrown);
    }

    private void cleanUp() {
        boolean wanted = error != null || destroyOnReturn;
        boolean open = !through && error == null;
        if (wanted && (open || StreamLifecycle.of(source).autoDestroys())) {
            StreamLifecycle.giveUp(source, null);
            return;
        }
        if (onReadable != null) {
            onReadable.remove();
        }
        if (onFinished != null) {
            onFinished.remove();
        }
    }

    private static @Nullable Throwable both(@Nullable Throwable first, @Nullable Throwable second) {
        if (first != null && second != null && first != second) {
            second.addSuppressed(first);
        }
        return second == null ? first : second;
    }
}
