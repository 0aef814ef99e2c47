package io.gyre.coroutines;

import io.gyre.loop.EventLoop;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import kotlin.coroutines.CoroutineContext;
import kotlinx.coroutines.ThreadLocalEventLoop;

/**
 * What {@code runBlocking} finds on the thread of a loop, in place of an event loop of its own: it refuses to block the
 * thread while it runs the loop, and serves otherwise (before, after, and between the turns of a loop that is driven by
 * hand).
 *
 * <p>The only file that touches the internal event loops of kotlinx.coroutines. Java, since they are not visible from
 * Kotlin. Where they have changed, installing it fails with a {@link LinkageError} and nothing is refused.
 */
final class RefusingEventLoop extends kotlinx.coroutines.EventLoop implements ThreadGuard {

    private final Thread thread = Thread.currentThread();
    private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final kotlinx.coroutines.EventLoop former;

    /** Takes the place of what the calling thread has. */
    RefusingEventLoop() {
        former = ThreadLocalEventLoop.INSTANCE.currentOrNull$kotlinx_coroutines_core();
        ThreadLocalEventLoop.INSTANCE.setEventLoop$kotlinx_coroutines_core(this);
    }

    @Override
    public void leave() {
        ThreadLocalEventLoop events = ThreadLocalEventLoop.INSTANCE;
        if (Thread.currentThread() != thread || events.currentOrNull$kotlinx_coroutines_core() != this) {
            return;
        }
        if (former == null) {
            events.resetEventLoop$kotlinx_coroutines_core();
        } else {
            events.setEventLoop$kotlinx_coroutines_core(former);
        }
    }

    @Override
    public void dispatch(CoroutineContext context, Runnable block) {
        checkMayBlock();
        queue.add(block);
        LockSupport.unpark(thread);
    }

    @Override
    public long processNextEvent() {
        checkMayBlock();
        Runnable block = queue.poll();
        if (block != null) {
            block.run();
        }
        return processUnconfinedEvent() || !queue.isEmpty() ? 0 : Long.MAX_VALUE;
    }

    private void checkMayBlock() {
        EventLoop loop = EventLoop.currentOrNull();
        if (loop != null && Thread.currentThread() == thread) {
            throw new IllegalStateException("runBlocking would block the thread of event loop '" + loop.name()
                    + "', and nothing on the loop could go on; a suspending function calls what it needs without it, a"
                    + " callback starts a coroutine with loop.launch { } or promise { }, and a blocking call belongs"
                    + " into loop.blocking { }");
        }
    }

    @Override
    public String toString() {
        return "RefusingEventLoop(" + thread.getName() + ")";
    }
}
