package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.CoroutineContext

/**
 * What a loop knows of its coroutines: one object for each loop.
 *
 * A loop that ends drops its microtasks, immediates and timers. A coroutine must not vanish with them, since another
 * thread may wait for it: continuations are kept here, in step with the loop's own queues, and those that are left when
 * the loop ends are run after all.
 */
internal class LoopCoroutines(val loop: EventLoop) {
    val dispatcher: LoopDispatcher = TurnDispatcher(this, immediately = false, name = null)

    /** The same, except that its delays keep no loop alive. */
    val unrefDispatcher: LoopDispatcher by lazy {
        TurnDispatcher(this, immediately = false, name = null, keepsAlive = false)
    }

    /** The parent of every scope that is bound to the loop. */
    val rootJob: CompletableJob = SupervisorJob()

    // Everything below is confined to the loop's thread.
    private val microtasks = ArrayDeque<Runnable>()
    private val yields = ArrayDeque<Runnable>()
    private val timeouts = LoopTimeouts(this)
    private val runMicrotask = java.lang.Runnable { microtasks.removeFirstOrNull()?.run() }
    private val runYield = java.lang.Runnable { yields.removeFirstOrNull()?.run() }

    /** Set by the exit listener, before the coroutines are cancelled. */
    @Volatile
    var isEnding: Boolean = false
        private set

    init {
        // The end is seen here even where no exit event is given; on the loop's thread, with the loop closed.
        loop.termination().whenComplete { _, _ -> end() }
        if (loop.inEventLoop()) {
            listenForTheEnd()
        } else {
            try {
                loop.execute(::listenForTheEnd)
            } catch (_: RejectedExecutionException) {
                // It has ended.
            }
        }
    }

    /** Resumes a coroutine in a microtask, or in the poll phase where the caller is on another thread. */
    fun dispatch(
        context: CoroutineContext,
        block: Runnable,
    ) {
        if (isEnding || !loop.inEventLoop()) {
            post(context, block)
            return
        }
        microtasks.addLast(block)
        loop.queueMicrotask(runMicrotask)
    }

    /** Resumes a coroutine in the check phase, or in the poll phase where the caller is on another thread. */
    fun dispatchYield(
        context: CoroutineContext,
        block: Runnable,
    ) {
        if (isEnding || !loop.inEventLoop()) {
            post(context, block)
            return
        }
        yields.addLast(block)
        loop.setImmediate(runYield)
    }

    private fun post(
        context: CoroutineContext,
        block: Runnable,
    ) {
        try {
            loop.execute(block)
        } catch (e: RejectedExecutionException) {
            context.cancel(endOfLoop(e))
            // The block must run for its coroutine to complete, wherever that is.
            Dispatchers.IO.dispatch(context, block)
        }
    }

    /** Sets a timer from any thread. */
    fun setTimeout(timeout: LoopTimeout) {
        if (loop.inEventLoop()) {
            timeouts.start(timeout)
            return
        }
        try {
            loop.execute { timeouts.start(timeout) }
        } catch (e: RejectedExecutionException) {
            timeout.abandon(endOfLoop(e))
        }
    }

    fun clearTimeout(timeout: LoopTimeout) {
        if (loop.inEventLoop()) {
            timeouts.stop(timeout)
            return
        }
        try {
            loop.execute { timeouts.stop(timeout) }
        } catch (_: RejectedExecutionException) {
            // The timer ended with the loop.
        }
    }

    private fun listenForTheEnd() {
        loop.onExit { end() }
    }

    /**
     * Cancels what is bound to the loop and hands on what waits to run: to the loop's last tasks where it still takes
     * them, else to other threads.
     */
    private fun end() {
        isEnding = true
        val cause = endOfLoop(null)
        rootJob.cancel(cause)
        timeouts.abandonAll(cause)
        handOn(microtasks)
        handOn(yields)
    }

    private fun handOn(left: ArrayDeque<Runnable>) {
        while (true) {
            val block = left.removeFirstOrNull() ?: return
            try {
                loop.execute(block)
            } catch (_: RejectedExecutionException) {
                Dispatchers.IO.dispatch(dispatcher, block)
            }
        }
    }

    fun endOfLoop(cause: Throwable?): CancellationException =
        CancellationException("event loop '${loop.name()}' has ended", cause)
}

internal fun EventLoop.loopCoroutines(): LoopCoroutines =
    attachment(LoopCoroutines::class.java) { LoopCoroutines(it) }
