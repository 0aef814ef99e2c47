package io.gyre.stream;

import io.gyre.abort.AbortException;
import io.gyre.abort.AbortSignal;
import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a stream comes up, breaks and goes down. One for each stream, shared by its two sides if it has two. Confined to
 * the loop's thread.
 */
final class StreamLifecycle {

    /** The destroy step of a stream. */
    @FunctionalInterface
    interface Destructor {
        void destroy(@Nullable Throwable error, Callback callback);
    }

    final EventLoop loop;

    /** Whose lifecycle this is; while it is constructed, only for messages. */
    final Stream stream;

    final Listeners<Consumer<? super Throwable>> errorListeners = new Listeners<>();
    final Listeners<Runnable> closeListeners = new Listeners<>();

    private final Destructor destructor;
    private final boolean autoDestroy;
    private final boolean emitClose;

    /** What the sides do when the construct step is done. */
    private Runnable onConstructed = () -> {};

    /** What the sides do when the stream is about to be destroyed. */
    private Runnable onDestroy = () -> {};

    /** Hurries a construct step that is under way, and not wanted any more. */
    private Runnable giveUpConstruction = () -> {};

    private boolean twoSides;
    private boolean constructed = true;

    /** Constructed, not destroyed, without an error: what every chunk asks for. Follows those three. */
    private boolean up = true;

    private boolean destroyed;
    private boolean closed;
    private boolean closeEmitted;
    private boolean errorEmitted;
    private @Nullable Throwable errored;

    /** Destroys the stream once it is constructed; given what went wrong there. */
    private @Nullable Callback destroyWhenConstructed;

    StreamLifecycle(Stream stream, EventLoop loop, StreamOptions<?> options, Destructor destructor) {
        this.stream = stream;
        this.loop = loop;
        this.autoDestroy = options.autoDestroy;
        this.emitClose = options.emitClose;
        this.destructor = destructor;
        checkThread("new stream");
    }

    void attach(Runnable whenConstructed, Runnable beforeDestroy) {
        onConstructed = whenConstructed;
        onDestroy = beforeDestroy;
    }

    void checkThread(String operation) {
        loop.checkThread(operation);
    }

    // ---- construction

    /** Runs the construct step in a tick; until it is done nothing is read, written or destroyed. */
    void construct(Consumer<Callback> step, Runnable giveUp) {
        checkThread("construct");
        constructed = false;
        up = false;
        loop.nextTick(() -> {
            Callback callback = new OnceInATick();
            giveUpConstruction = giveUp;
            try {
                step.accept(callback);
            } catch (Exception e) {
                callback.call(e);
            }
            if (destroyed) {
                giveUp.run();
            }
        });
    }

    private final class OnceInATick implements Callback {

        private boolean called;

        @Override
        public void call(@Nullable Throwable error) {
            checkThread("the construct step's callback");
            loop.nextTick(() -> {
                if (called) {
                    fail(error == null ? StreamException.multipleCallback() : error, false);
                    return;
                }
                called = true;
                constructed(error);
            });
        }
    }

    private void constructed(@Nullable Throwable error) {
        constructed = true;
        up = !isDestroyedOrErrored();
        Callback destroy = destroyWhenConstructed;
        if (destroy != null) {
            destroyWhenConstructed = null;
            destroy.call(error);
        } else if (destroyed) {
            return;
        } else if (error != null) {
            fail(error, true);
        } else {
            onConstructed.run();
        }
    }

    // ---- destruction

    void destroy(@Nullable Throwable error) {
        checkThread("destroy");
        if (destroyed) {
            return;
        }
        onDestroy.run();
        record(error);
        destroyed = true;
        up = false;
        if (constructed) {
            runDestructor(error);
        } else {
            destroyWhenConstructed = inConstruction -> runDestructor(both(inConstruction, error));
            giveUpConstruction.run();
        }
    }

    private static @Nullable Throwable both(@Nullable Throwable first, @Nullable Throwable second) {
        if (second == null) {
            return first;
        }
        if (first != null && first != second) {
            second.addSuppressed(first);
        }
        return second;
    }

    private void runDestructor(@Nullable Throwable error) {
        Callback callback = new Callback() {
            private boolean called;

            @Override
            public void call(@Nullable Throwable outcome) {
                checkThread("the destroy step's callback");
                if (!called) {
                    called = true;
                    afterDestructor(outcome);
                }
            }
        };
        try {
            destructor.destroy(error, callback);
        } catch (Exception e) {
            callback.call(e);
        }
    }

    private void afterDestructor(@Nullable Throwable error) {
        record(error);
        closed = true;
        loop.nextTick(() -> {
            if (error != null) {
                emitError(error);
            }
            emitClose();
        });
    }

    /** Destroys a stream on behalf of its user; as aborted if it was not through and nothing else is to blame. */
    static void giveUp(Stream stream, @Nullable Throwable error) {
        if (!stream.isDestroyed()) {
            boolean open = (stream instanceof Readable<?> readable && readable.isReadable())
                    || (stream instanceof Writable<?> writable && writable.isWritable());
            stream.destroy(error == null && open ? new AbortException() : error);
        }
    }

    void record(@Nullable Throwable error) {
        if (error != null && errored == null) {
            errored = error;
            up = false;
        }
    }

    /** Breaks the stream: destroys it, or where it does not destroy itself only tells the error. */
    void fail(Throwable error, boolean inATick) {
        if (destroyed) {
            return;
        }
        if (autoDestroy) {
            destroy(error);
            return;
        }
        record(error);
        if (inATick) {
            loop.nextTick(() -> emitError(error));
        } else {
            emitError(error);
        }
    }

    private void emitError(Throwable error) {
        if (!errorEmitted) {
            errorEmitted = true;
            tellError(error);
        }
    }

    /** Tells the error; without a listener it is thrown, and goes to the loop's error policy. */
    void tellError(Throwable error) {
        if (errorListeners.isEmpty()) {
            throwAny(error);
        }
        Listeners.tell(errorListeners, error);
    }

    static void throwAny(Throwable error) {
        StreamLifecycle.<RuntimeException>throwUnchecked(error);
    }

    @SuppressWarnings("unchecked") // the compiler takes it for an unchecked one; nothing else looks
    private static <E extends Throwable> void throwUnchecked(Throwable error) throws E {
        throw (E) error;
    }

    private void emitClose() {
        closeEmitted = true;
        if (emitClose) {
            Listeners.run(closeListeners);
        }
    }

    /** Destroys the stream when a signal aborts; at the earliest in a tick, when its constructor is through. */
    void follow(@Nullable AbortSignal signal) {
        if (signal == null) {
            return;
        }
        if (signal.loop() != loop) {
            throw new IllegalArgumentException("the signal belongs to " + signal.loop() + ", the stream to " + loop);
        }
        Registration registration = signal.onAbort(reason -> destroy(new AbortException(reason)));
        Finished.watch(stream, outcome -> registration.remove());
        Throwable reason = signal.reason();
        if (reason != null) {
            loop.nextTick(() -> destroy(new AbortException(reason)));
        }
    }

    // ---- listeners and state

    Registration onError(Consumer<? super Throwable> listener) {
        checkThread("onError");
        return errorListeners.add(listener);
    }

    Registration onClose(Runnable listener) {
        checkThread("onClose");
        return closeListeners.add(listener);
    }

    /** The lifecycle of a stream, which every stream has. */
    static StreamLifecycle of(Stream stream) {
        return stream instanceof Readable<?> readable
                ? ReadableState.of(readable).life
                : WritableState.of((Writable<?>) stream).life;
    }

    /** Whether the close event is still to come, once the stream is through. */
    boolean willEmitClose() {
        return autoDestroy && emitClose && !closed;
    }

    boolean hasTwoSides() {
        return twoSides;
    }

    void attachSecondSide() {
        twoSides = true;
    }

    boolean autoDestroys() {
        return autoDestroy;
    }

    /** Whether it is constructed, not destroyed, and has no error. */
    boolean isUp() {
        return up;
    }

    boolean isConstructed() {
        return constructed;
    }

    boolean isDestroyed() {
        return destroyed;
    }

    boolean isDestroyedOrErrored() {
        return destroyed || errored != null;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isCloseEmitted() {
        return closeEmitted;
    }

    boolean isErrorEmitted() {
        return errorEmitted;
    }

    @Nullable
    Throwable errored() {
        return errored;
    }
}
