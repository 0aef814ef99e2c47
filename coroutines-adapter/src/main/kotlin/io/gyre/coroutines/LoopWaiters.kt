package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.suspendCancellableCoroutine

/**
 * A coroutine that waits for something of its loop. If the loop ends first that never comes, and nothing else need
 * cancel the coroutine: its job may be another's child, or it may not be cancellable while it cleans up.
 *
 * Confined to the loop's thread while it is on the list.
 */
internal abstract class LoopWaiter {
    var previous: LoopWaiter? = null
    var next: LoopWaiter? = null
    var isListed: Boolean = false

    /** Called when the loop ends before what is waited for. */
    abstract fun abandon(cause: CancellationException)
}

/** Cancels a continuation whose wait is in vain, whether or not its coroutine can be cancelled, and that if it can. */
internal fun LoopCoroutines.abandon(continuation: CancellableContinuation<*>, cause: CancellationException) {
    cancel(continuation.context, cause)
    continuation.cancel(cause)
}

/**
 * Suspends for something that the loop brings. If the loop ends first, so does the wait, also that of a coroutine that
 * cannot be cancelled. On the loop's thread.
 */
internal suspend fun <T> EventLoop.suspendForLoop(begin: (CancellableContinuation<T>) -> Unit): T {
    val coroutines = loopCoroutines()
    var waiter: LoopWaiter? = null
    try {
        return suspendCancellableCoroutine { continuation ->
            begin(continuation)
            if (continuation.isActive) {
                waiter = Suspended(coroutines, continuation).also(coroutines::remember)
            }
        }
    } finally {
        waiter?.let(coroutines::forget)
    }
}

private class Suspended(
    private val coroutines: LoopCoroutines,
    private val continuation: CancellableContinuation<*>,
) : LoopWaiter() {
    override fun abandon(cause: CancellationException) = coroutines.abandon(continuation, cause)
}

/** Those that wait: a list through its elements, since every `await` is on it. Confined to the loop's thread. */
internal class LoopWaiters {
    private var first: LoopWaiter? = null

    fun add(waiter: LoopWaiter) {
        val second = first
        second?.previous = waiter
        waiter.next = second
        waiter.isListed = true
        first = waiter
    }

    fun remove(waiter: LoopWaiter) {
        if (!waiter.isListed) {
            return
        }
        val before = waiter.previous
        val after = waiter.next
        if (before == null) first = after else before.next = after
        after?.previous = before
        waiter.previous = null
        waiter.next = null
        waiter.isListed = false
    }

    fun abandonAll(cause: CancellationException) {
        while (true) {
            val waiter = first ?: return
            remove(waiter)
            waiter.abandon(cause)
        }
    }
}
