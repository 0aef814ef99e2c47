package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher

/**
 * A dispatcher that runs coroutines on an event loop.
 *
 * **Thread.** Coroutines run on the loop's thread. A coroutine may be started, resumed and cancelled from any thread.
 *
 * **Order.** A coroutine that is resumed on the loop's thread goes on as a microtask, as after `await` in JavaScript;
 * one that is resumed from elsewhere goes on in the poll phase. `yield()` lets the loop go round: the coroutine goes on
 * in the check phase, so a loop of yields starves nobody. `delay` and `withTimeout` are timers of the loop.
 *
 * **Errors.** An exception that nobody handles goes to the [kotlinx.coroutines.CoroutineExceptionHandler] of the
 * coroutine, else to the loop's uncaught-error policy.
 *
 * **End.** The dispatcher holds nothing and is not closed; it never ends its loop. When the loop has ended, a coroutine
 * that is dispatched to it is cancelled and finishes on [kotlinx.coroutines.Dispatchers.IO], so that nobody waits for
 * it in vain.
 *
 * Dispatchers of one loop are equal if they dispatch alike.
 */
public abstract class LoopDispatcher internal constructor() : CoroutineDispatcher() {
    /** The loop that coroutines run on. */
    public abstract val loop: EventLoop

    /**
     * The variant that does not dispatch on the loop's own thread: a coroutine that is resumed there goes on at once,
     * inside of whoever resumed it. Nested in another such coroutine it goes on when the outer one suspends.
     */
    public abstract val immediate: LoopDispatcher

    /** `delay` on behalf of a dispatcher that stands for this one: it goes on there without another dispatch. */
    internal abstract fun resumeAfterDelay(
        dispatcher: CoroutineDispatcher,
        timeMillis: Long,
        continuation: CancellableContinuation<Unit>,
    )
}

/**
 * Returns the loop as a dispatcher of coroutines. From any thread; the same dispatcher each time.
 *
 * A coroutine does not keep the loop alive; what it waits for does: a timer, a file, a socket.
 */
public fun EventLoop.asCoroutineDispatcher(): LoopDispatcher = loopCoroutines().dispatcher
