package io.gyre.stream;

import io.gyre.loop.Registration;
import java.util.Objects;
import java.util.function.Consumer;

/** Who is told that a readable stream feeds a writable one, or does so no longer. Confined to the loop's thread. */
final class PipeNotices {

    /** Told that a source no longer feeds this stream; {@code claim} goes to the first pipe that takes it. */
    @FunctionalInterface
    interface UnpipeListener {
        void unpiped(Readable<?> source, Claim claim);
    }

    /** Lets only one of several pipes between the same two streams go. */
    static final class Claim {
        boolean taken;
    }

    private final Listeners<Consumer<? super Readable<?>>> pipeListeners = new Listeners<>();
    private final Listeners<UnpipeListener> unpipeListeners = new Listeners<>();

    Registration onPipe(Consumer<? super Readable<?>> listener) {
        return pipeListeners.add(listener);
    }

    Registration onUnpipe(Consumer<? super Readable<?>> listener) {
        Objects.requireNonNull(listener, "listener");
        return unpipeListeners.add((source, claim) -> listener.accept(source));
    }

    Registration onUnpipe(UnpipeListener listener) {
        return unpipeListeners.add(listener);
    }

    void emitPipe(Readable<?> source) {
        Listeners.tell(pipeListeners, source);
    }

    void emitUnpipe(Readable<?> source) {
        Claim claim = new Claim();
        unpipeListeners.forEach(listener -> listener.unpiped(source, claim));
    }
}
