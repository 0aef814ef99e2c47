package io.gyre.loop;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The main program of a loop when it is asynchronous: a promise or a coroutine that settles later.
 *
 * <p>Confined to the loop's thread.
 *
 * @see EventLoop#run(java.util.function.Consumer, UnsettledMain)
 */
public final class MainTask {

    private final EventLoop loop;
    final UnsettledMain whenUnsettled;
    private boolean settled;
    private @Nullable Supplier<String> waitingFor;

    MainTask(EventLoop loop, UnsettledMain whenUnsettled) {
        this.loop = loop;
        this.whenUnsettled = whenUnsettled;
    }

    /** Tells that the main program has ended well. The loop ends when nothing else keeps it alive. */
    public void settle() {
        loop.checkThread("MainTask.settle");
        settled = true;
    }

    /**
     * Tells that the main program has failed: the error is uncaught.
     *
     * @param error why
     */
    public void fail(Throwable error) {
        loop.checkThread("MainTask.fail");
        if (settled) {
            return;
        }
        settled = true;
        loop.raise(error);
    }

    /**
     * Says what the main program waits for, for the message about a stuck program.
     *
     * @param description asked for only when the message is written; empty as long as another thread is at work for the
     *     main program, and there is nothing to be said about waiting
     */
    public void describe(Supplier<String> description) {
        waitingFor = description;
    }

    boolean isSettled() {
        return settled;
    }

    String waitingFor() {
        Supplier<String> description = waitingFor;
        return description == null ? "its main task, which says nothing more" : description.get();
    }
}
