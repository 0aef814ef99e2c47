package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * A scope whose coroutines run on an event loop.
 *
 * Coroutines may be launched in it from any thread. When the loop ends, whatever still runs in the scope is cancelled.
 */
public interface LoopScope : CoroutineScope {
    /** The loop that the coroutines of this scope run on. */
    public val loop: EventLoop
}

/**
 * Makes a scope that is bound to this loop. From any thread.
 *
 * Its coroutines run on the loop, one that fails does not cancel the others, and what nobody handles goes to the loop's
 * uncaught-error policy. They follow the loop's context frame: a value of an [io.gyre.loop.AsyncLocalStorage] that was
 * set where a coroutine was launched is seen by it throughout. The scope is cancelled when the loop ends; cancel it
 * before that to end its coroutines. A scope of a loop that has ended is cancelled from the start.
 *
 * @param context further elements, such as a name or an exception handler; a [Job] in it becomes the parent of the
 *   scope
 */
public fun EventLoop.coroutineScope(context: CoroutineContext = EmptyCoroutineContext): LoopScope {
    val coroutines = loopCoroutines()
    val parent = context[Job]
    val job = SupervisorJob(parent ?: coroutines.rootJob)
    if (parent != null) {
        coroutines.cancelAtEnd(job)
    }
    return scopeOf(coroutines, context.minusKey(Job), job)
}

internal fun scopeOf(coroutines: LoopCoroutines, context: CoroutineContext, job: Job): LoopScope =
    BoundScope(
        coroutines.loop,
        LoopUncaughtErrors(coroutines.loop) + FrameContext.captured() + context + coroutines.dispatcher + job,
    )

/** The scope of a running coroutine, with the loop's name to it. */
internal class BoundScope(
    override val loop: EventLoop,
    override val coroutineContext: CoroutineContext,
) : LoopScope {
    override fun toString(): String = "LoopScope(${loop.name()}, $coroutineContext)"
}
