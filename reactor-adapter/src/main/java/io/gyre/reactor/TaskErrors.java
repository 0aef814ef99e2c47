package io.gyre.reactor;

import io.gyre.loop.EventLoop;
import java.lang.Thread.UncaughtExceptionHandler;
import reactor.core.Exceptions;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Takes what a task threw the way Reactor's schedulers do: first the thread's handler of uncaught exceptions, whose
 * place the loop's error policy takes, then the hook of {@link Schedulers#onHandleError}.
 */
final class TaskErrors {

    /** Runs tasks where it is called. Reactor's own handling of their errors can be reached in no other way. */
    private static final Scheduler REPORTER = Schedulers.fromExecutor(Runnable::run);

    private TaskErrors() {}

    /** Reports an error on the loop's thread, from within a callback of the loop. */
    static void report(EventLoop loop, Throwable error) {
        if (loop.isHalted()) {
            // Not an error to Reactor: most likely the task has left through EventLoop.exit.
            loop.raise(error);
            return;
        }
        Thread thread = Thread.currentThread();
        UncaughtExceptionHandler former = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, e) -> loop.raise(e));
        try {
            REPORTER.schedule(() -> {
                throw Exceptions.propagate(error);
            });
        } finally {
            // A thread without a handler of its own answers with its group.
            thread.setUncaughtExceptionHandler(former == thread.getThreadGroup() ? null : former);
        }
    }
}
