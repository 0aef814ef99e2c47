package io.gyre.loop;

import io.netty.util.concurrent.FastThreadLocalThread;
import org.jspecify.annotations.Nullable;

/**
 * Turns a loop by hand, one turn at a time: for tests, and for programs that own the thread's main loop already.
 *
 * <p>Confined to the thread that made it, which becomes the loop's thread. The same turns are made as under
 * {@link EventLoop#run(Runnable)}, except that a turn never waits. Closing it ends the loop.
 *
 * @see EventLoop#drive()
 */
public final class LoopDriver implements AutoCloseable {

    private final EventLoop loop;
    private final Lifecycle lifecycle;
    private @Nullable Integer exitCode;

    LoopDriver(EventLoop loop, Lifecycle lifecycle) {
        this.loop = loop;
        this.lifecycle = lifecycle;
    }

    /**
     * Returns the loop that is driven.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loop;
    }

    /**
     * Runs one callback on the loop and drains the tick and microtask queues after it.
     *
     * @param callback what to run; errors go to the loop's error policy
     * @throws IllegalStateException if the loop has ended, or on another thread
     */
    public void run(Runnable callback) {
        inside(() -> loop.makeCallback(callback));
    }

    /**
     * Makes one turn without waiting.
     *
     * @return whether anything keeps the loop alive afterwards
     * @throws IllegalStateException if the loop has ended, or on another thread
     */
    public boolean turn() {
        boolean[] alive = new boolean[1];
        inside(() -> {
            loop.turns.turnWithoutWaiting();
            alive[0] = loop.turns.isAlive();
        });
        return alive[0] && !loop.halted();
    }

    private void inside(Runnable action) {
        loop.checkThread("LoopDriver");
        EventLoop outer = EventLoop.currentOrNull();
        if (outer != null) {
            throw new IllegalStateException("a loop cannot be driven from within a callback of " + outer);
        }
        ContextFrame callers = loop.captureFrame();
        EventLoop.setCurrent(loop);
        try {
            FastThreadLocalThread.runWithFastThreadLocal(action);
        } finally {
            EventLoop.setCurrent(null);
            loop.leaveFrame(callers);
        }
    }

    /**
     * Ends the loop, whatever is still open, and returns its exit code. Closing it again returns the same code.
     *
     * @return the exit code
     */
    public int end() {
        Integer known = exitCode;
        if (known != null) {
            return known;
        }
        loop.checkThread("LoopDriver.end");
        int[] code = new int[1];
        EventLoop.setCurrent(loop);
        FastThreadLocalThread.runWithFastThreadLocal(() -> code[0] = lifecycle.endDriven());
        exitCode = code[0];
        return code[0];
    }

    @Override
    public void close() {
        end();
    }
}
