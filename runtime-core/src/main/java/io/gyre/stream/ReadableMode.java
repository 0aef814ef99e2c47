package io.gyre.stream;

import io.gyre.loop.EventLoop;
import io.gyre.loop.Registration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether chunks of a readable side arrive by themselves: the listeners, pause and resume decide. Follows Node, where it
 * is one of three: not decided, flowing, paused. Confined to the loop's thread.
 */
final class ReadableMode<T> {

    final Listeners<Consumer<? super T>> dataListeners = new Listeners<>();
    final Listeners<Runnable> readableListeners = new Listeners<>();
    final Listeners<Runnable> pauseListeners = new Listeners<>();
    final Listeners<Runnable> resumeListeners = new Listeners<>();

    private final ReadableState<T> side;
    private final StreamLifecycle life;
    private final EventLoop loop;

    /** Whether anybody has decided; before that the stream is neither flowing nor paused. */
    private boolean chosen;

    private boolean pauseChosen;
    private boolean paused;
    private boolean readableListening;
    private boolean resumeScheduled;

    ReadableMode(ReadableState<T> side, StreamLifecycle life) {
        this.side = side;
        this.life = life;
        this.loop = life.loop;
    }

    Registration onData(Consumer<? super T> listener) {
        life.checkThread("onData");
        Registration added = dataListeners.add(listener);
        side.dataListening = true;
        readableListening |= !readableListeners.isEmpty();
        if (!chosen || side.flowing) {
            resume();
        }
        return () -> {
            life.checkThread("Registration.remove");
            added.remove();
            if (dataListeners.isEmpty()) {
                side.dataListening = false;
            }
        };
    }

    Registration onReadable(Runnable listener) {
        life.checkThread("onReadable");
        Registration added = readableListeners.add(listener);
        if (!side.isEndEmitted() && !readableListening) {
            readableListening = true;
            chosen = true;
            side.flowing = false;
            side.awaitReadable();
        }
        return () -> {
            life.checkThread("Registration.remove");
            added.remove();
            loop.nextTick(this::readableListenersChanged);
        };
    }

    private void readableListenersChanged() {
        readableListening = !readableListeners.isEmpty();
        if (pauseChosen && !paused && resumeScheduled) {
            chosen = true;
            side.flowing = true;
        } else if (side.dataListening) {
            resume();
        } else if (!readableListening) {
            chosen = false;
            side.flowing = false;
        }
    }

    void resume() {
        life.checkThread("resume");
        if (!side.flowing) {
            chosen = true;
            side.flowing = !readableListening;
            if (!resumeScheduled) {
                resumeScheduled = true;
                loop.nextTick(this::resumeTick);
            }
        }
        pauseChosen = true;
        paused = false;
    }

    private void resumeTick() {
        if (!side.isReading()) {
            side.readNow(0);
        }
        resumeScheduled = false;
        Listeners.run(resumeListeners);
        flow();
        if (side.flowing && !side.isReading()) {
            side.readNow(0);
        }
    }

    /** Tells the data listeners all that is there, as long as they want it. */
    void flow() {
        boolean more = true;
        while (side.flowing && more) {
            // The data listeners get what it returns.
            more = side.readNow(ReadableState.ALL) != null;
        }
    }

    void pause() {
        life.checkThread("pause");
        if (!chosen || side.flowing) {
            chosen = true;
            side.flowing = false;
            Listeners.run(pauseListeners);
        }
        pauseChosen = true;
        paused = true;
    }

    boolean isPaused() {
        return paused || (chosen && !side.flowing);
    }

    /** The mode as Node shows it: null before anybody has decided. */
    @Nullable
    Boolean flowingOrNull() {
        return chosen ? side.flowing : null;
    }
}
