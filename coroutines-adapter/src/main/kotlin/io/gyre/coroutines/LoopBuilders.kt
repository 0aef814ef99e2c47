package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.launch
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * Starts a coroutine on this loop, from any thread. For callbacks and for what lives as long as the loop; a coroutine
 * that has a scope launches its children there.
 *
 * It belongs to the loop: it is cancelled when the loop ends, and what it fails with goes to the exception handler in
 * [context], else to the loop's uncaught-error policy. It follows the loop's context frame, as one of
 * [EventLoop.coroutineScope] does.
 *
 * @param context further elements; a [Job] in it becomes the parent
 * @param start how it starts
 * @param block the coroutine
 */
public fun EventLoop.launch(
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend LoopScope.() -> Unit,
): Job {
    val loop = this
    val coroutines = loopCoroutines()
    return coroutines
        .scope(context)
        .launch(start = start) { BoundScope(loop, coroutineContext).block() }
        .also { coroutines.cancelAtEnd(it, context) }
}

/**
 * Starts a coroutine on this loop, from any thread, and returns its result. As [launch], except that the result takes
 * the failure.
 *
 * @param context further elements; a [Job] in it becomes the parent
 * @param start how it starts
 * @param block the coroutine
 */
public fun <T> EventLoop.async(
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend LoopScope.() -> T,
): Deferred<T> {
    val loop = this
    val coroutines = loopCoroutines()
    return coroutines
        .scope(context)
        .async(start = start) { BoundScope(loop, coroutineContext).block() }
        .also { coroutines.cancelAtEnd(it, context) }
}

/** The loops of this group as dispatchers, in the group's order. Each confines its coroutines to one thread. */
public val EventLoopGroup.dispatchers: List<LoopDispatcher>
    get() = loops().map { it.asCoroutineDispatcher() }

/**
 * Returns the dispatcher of the loop whose turn it is: `launch(group.nextDispatcher()) { }` spreads coroutines over the
 * group, and each stays on its loop.
 */
public fun EventLoopGroup.nextDispatcher(): LoopDispatcher = next().asCoroutineDispatcher()

/**
 * Starts a coroutine on the loop whose turn it is, where it stays. As [EventLoop.launch].
 *
 * @param context further elements; a [Job] in it becomes the parent
 * @param start how it starts
 * @param block the coroutine
 */
public fun EventLoopGroup.launch(
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend LoopScope.() -> Unit,
): Job = next().launch(context, start, block)

/**
 * Starts a coroutine on the loop whose turn it is, where it stays, and returns its result. As [EventLoop.async].
 *
 * @param context further elements; a [Job] in it becomes the parent
 * @param start how it starts
 * @param block the coroutine
 */
public fun <T> EventLoopGroup.async(
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.DEFAULT,
    block: suspend LoopScope.() -> T,
): Deferred<T> = next().async(context, start, block)

/** A scope whose coroutines are children of the loop, or of the job in [context]. It holds no job of its own. */
private fun LoopCoroutines.scope(context: CoroutineContext): CoroutineScope =
    scopeOf(this, context.minusKey(Job), context[Job] ?: rootJob)

/** A coroutine whose parent is somebody else's still ends with its loop. */
private fun LoopCoroutines.cancelAtEnd(job: Job, context: CoroutineContext) {
    if (context[Job] != null) {
        cancelAtEnd(job)
    }
}
