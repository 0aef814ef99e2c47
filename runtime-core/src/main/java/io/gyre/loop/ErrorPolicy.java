package io.gyre.loop;

import io.gyre.loop.UncaughtExceptionHandler.Origin;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/** What becomes of an error that leaves a callback: a handler, a log line, or the end of the loop. */
final class ErrorPolicy {

    private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

    final Listeners<UncaughtExceptionHandler> uncaughtHandlers = new Listeners<>();
    final Listeners<BiConsumer<Throwable, Object>> unhandledRejectionHandlers = new Listeners<>();
    final Listeners<Consumer<Object>> rejectionHandledHandlers = new Listeners<>();

    private Runnable afterHandled = () -> {};
    private final String loopName;
    private final ExitStatus exit;
    private final UncaughtErrors uncaught;
    private final UnhandledRejections unhandled;

    ErrorPolicy(String loopName, ExitStatus exit, UncaughtErrors uncaught, UnhandledRejections unhandled) {
        this.loopName = loopName;
        this.exit = exit;
        this.uncaught = uncaught;
        this.unhandled = unhandled;
    }

    /** Queues the immediate that makes sure of one more turn. */
    void afterHandled(Runnable turns) {
        afterHandled = turns;
    }

    boolean halted() {
        return exit.halted();
    }

    /** Takes what left a callback. Never throws. */
    void uncaught(Throwable error) {
        raise(error, Origin.UNCAUGHT_EXCEPTION);
    }

    private void raise(Throwable error, Origin origin) {
        if (error instanceof LoopExit || exit.halted()) {
            if (!(error instanceof LoopExit)) {
                report("an error after the loop was told to end", error);
            }
            return;
        }
        if (uncaughtHandlers.isEmpty()) {
            unhandledError(error, origin);
            return;
        }
        try {
            for (UncaughtExceptionHandler handler : uncaughtHandlers.snapshot()) {
                handler.handle(error, origin);
            }
            if (!exit.halted()) {
                afterHandled.run();
            }
        } catch (LoopExit asked) {
            return;
        } catch (Throwable second) {
            if (second != error) {
                second.addSuppressed(error);
            }
            report(
                    "an uncaughtException handler threw; the loop ends with exit code " + ExitStatus.HANDLER_FAILED,
                    second);
            exit.setCode(ExitStatus.HANDLER_FAILED);
            exit.halt();
        }
    }

    private void unhandledError(Throwable error, Origin origin) {
        String what = origin == Origin.UNHANDLED_REJECTION ? "unhandled rejection" : "uncaught exception";
        if (uncaught == UncaughtErrors.LOG && !exit.exiting()) {
            report(what + "; the loop goes on", error);
            afterHandled.run();
            return;
        }
        report(what + "; the loop ends with exit code " + ExitStatus.FATAL, error);
        exit.setCode(ExitStatus.FATAL);
        try {
            exit.emitExit(ExitStatus.FATAL);
        } catch (LoopExit asked) {
            return;
        } catch (Throwable second) {
            report("an exit listener threw", second);
        } finally {
            exit.halt();
        }
    }

    /** Passes on what a handler throws. */
    void unhandledRejection(RejectionTracker.Rejection rejection) {
        boolean taken = !unhandledRejectionHandlers.isEmpty();
        for (BiConsumer<Throwable, Object> handler : unhandledRejectionHandlers.snapshot()) {
            handler.accept(rejection.reason, rejection.promise);
        }
        switch (unhandled) {
            case THROW -> {
                if (!taken) {
                    raise(rejection.reason, Origin.UNHANDLED_REJECTION);
                }
            }
            case WARN -> LOG.warn("[{}] unhandled rejection of {}", loopName, rejection.promise, rejection.reason);
            case NONE -> {
                // The user chose to hear nothing.
            }
        }
    }

    /** Passes on what a handler throws. */
    void rejectionHandled(RejectionTracker.Rejection rejection) {
        if (rejectionHandledHandlers.isEmpty()) {
            LOG.warn("[{}] a rejection was handled after it had been reported: {}", loopName, rejection.promise);
            return;
        }
        for (Consumer<Object> handler : rejectionHandledHandlers.snapshot()) {
            handler.accept(rejection.promise);
        }
    }

    /** Logs, and writes to standard error where no logging backend is bound: a fatal error is never silent. */
    private void report(String what, Throwable error) {
        LOG.error("[{}] {}", loopName, what, error);
        if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
            synchronized (System.err) {
                System.err.println("[" + loopName + "] " + what);
                error.printStackTrace();
            }
        }
    }
}
