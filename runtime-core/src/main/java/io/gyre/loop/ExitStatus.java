package io.gyre.loop;

import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/** The exit code, the {@code beforeExit} and {@code exit} listeners, and whether the loop was told to end. */
final class ExitStatus {

    static final int FATAL = 1;
    static final int HANDLER_FAILED = 7;
    static final int UNSETTLED_MAIN = 13;

    final Listeners<IntConsumer> beforeExit = new Listeners<>();
    final Listeners<IntConsumer> exit = new Listeners<>();

    private @Nullable Integer code;
    private boolean exiting;

    /** Set once the loop must run nothing more. Phases look at it after each callback. */
    private boolean halted;

    private Runnable onHalt = () -> {};

    /** Has a callback run when the loop is told to end. */
    void onHalt(Runnable callback) {
        onHalt = callback;
    }

    boolean halted() {
        return halted;
    }

    boolean exiting() {
        return exiting;
    }

    int codeOr(int otherwise) {
        Integer asked = code;
        return asked == null ? otherwise : asked;
    }

    void setCode(int value) {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("an exit code is from 0 to 255, not " + value);
        }
        code = value;
    }

    void emitBeforeExit() {
        for (IntConsumer listener : beforeExit.snapshot()) {
            listener.accept(codeOr(0));
        }
    }

    /** Calls the exit listeners, once. What they throw is passed on. */
    void emitExit(int withCode) {
        if (exiting) {
            return;
        }
        exiting = true;
        for (IntConsumer listener : exit.snapshot()) {
            listener.accept(withCode);
        }
    }

    void halt() {
        halted = true;
        onHalt.run();
    }

    /** Ends the loop now: listeners, then nothing more. Always throws. */
    LoopExit exitNow(@Nullable Integer withCode) {
        if (withCode != null) {
            setCode(withCode);
        }
        try {
            emitExit(codeOr(0));
        } finally {
            halt();
        }
        return new LoopExit(codeOr(0));
    }
}
