package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.job
import kotlinx.coroutines.withContext
import kotlin.coroutines.ContinuationInterceptor

/**
 * Runs a block on another loop and goes on where it was called: `withContext` for loops. From any coroutine.
 *
 * **Thread.** The block runs on the thread of [loop], in its poll phase, and may use what belongs to that loop. Called
 * on that loop it begins at once, as `withContext` with the same dispatcher does.
 *
 * **Order.** The caller goes on in the poll phase of its own loop, or as its dispatcher has it.
 *
 * **Errors.** What the block throws is thrown here.
 *
 * **Cancellation.** A cancelled caller cancels the block and waits until it has ended. When [loop] ends, the block is
 * cancelled with the reason.
 *
 * **Context.** The block sees the caller's context frame. What it enters stays with it.
 *
 * @param loop where the block runs
 * @param block what to run, with that loop at hand as [LoopScope.loop]
 * @return what the block returns
 */
public suspend fun <T> withLoop(loop: EventLoop, block: suspend LoopScope.() -> T): T {
    val here = currentCoroutineContext()[ContinuationInterceptor] as? LoopDispatcher
    if (here?.loop === loop) {
        return coroutineScope { BoundScope(loop, coroutineContext).block() }
    }
    val coroutines = loop.loopCoroutines()
    return withContext(coroutines.dispatcher + FrameContext.captured()) {
        coroutines.cancelAtEnd(coroutineContext.job)
        BoundScope(loop, coroutineContext).block()
    }
}

/**
 * Runs a block on the loop of a group whose turn it is, and goes on where it was called.
 *
 * @param group whose loops take turns
 * @param block what to run; it stays on its loop
 * @return what the block returns
 */
public suspend fun <T> withLoop(group: EventLoopGroup, block: suspend LoopScope.() -> T): T =
    withLoop(group.next(), block)
