package io.gyre.coroutines

import io.gyre.loop.ContextFrame
import io.gyre.loop.EventLoop
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.Continuation
import kotlin.coroutines.CoroutineContext

/**
 * What a loop knows of its coroutines: one object for each loop.
 *
 * A loop that ends drops its microtasks, immediates and timers. A coroutine must not vanish with them, since another
 * thread may wait for it: the loop tells what it drops, and the continuations among that are run after all. Other blocks,
 * and those that are dispatched within a context frame, are kept here, in step with the loop's own queues.
 */
internal class LoopCoroutines(
    val loop: EventLoop,
    /** Where continuations run that the loop no longer takes. */
    private val elsewhere: CoroutineDispatcher = Dispatchers.IO,
) {
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

    /** Set while the loop was told to end, but no exit event was given yet. */
    private val lateTimeouts = ArrayDeque<LoopTimeout>()
    private val waiters = LoopWaiters()
    private val runMicrotask = java.lang.Runnable { microtasks.removeFirstOrNull()?.run() }
    private val noFrame = ContextFrame.root()
    private val runYield = java.lang.Runnable { yields.removeFirstOrNull()?.run() }

    /** Set by the exit listener, before the coroutines are cancelled. */
    @Volatile
    var isEnding: Boolean = false
        private set

    /** Refuses to let the loop's thread be blocked. */
    private var guard: ThreadGuard? = null
    private var isGuarded = false

    init {
        // The end is seen here even where no exit event is given; on the loop's thread, with the loop closed.
        loop.termination().whenComplete { _, _ ->
            end()
            guard?.leave()
        }
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
        if (goesStraight(block) && loop.tryQueueReaction(block)) {
            guardThread()
            return
        }
        if (isEnding || !loop.inEventLoop()) {
            post(context, block)
            return
        }
        guardThread()
        microtasks.addLast(block)
        loop.queueMicrotask(runMicrotask)
    }

    /** Resumes a coroutine in the check phase, or in the poll phase where the caller is on another thread. */
    fun dispatchYield(
        context: CoroutineContext,
        block: Runnable,
    ) {
        if (goesStraight(block) && loop.tryQueueImmediate(block)) {
            return
        }
        if (isEnding || !loop.inEventLoop()) {
            post(context, block)
            return
        }
        yields.addLast(block)
        loop.setImmediate(runYield)
    }

    /** Queues the microtask of a timer whose time is over. It is abandoned where the loop drops it. */
    fun queue(due: LoopTimeout) {
        if (ContextFrame.current(loop) === noFrame) loop.queueReaction(due) else loop.queueMicrotask(due)
    }

    /** Whether the loop's own queue may have it: the loop tells if it drops a continuation. */
    private fun goesStraight(block: Runnable): Boolean = block is Continuation<*> && !isEnding

    private fun post(
        context: CoroutineContext,
        block: Runnable,
    ) {
        context[FrameContext]?.hop()
        if (isEnding) {
            // Else it might keep the loop from its end for ever.
            cancel(context, endOfLoop(null))
        }
        try {
            loop.execute(block)
        } catch (e: RejectedExecutionException) {
            cancel(context, endOfLoop(e))
            // The block must run for its coroutine to complete, wherever that is.
            elsewhere.dispatch(context, block)
        }
    }

    /**
     * Cancels what is resumed after the end, unless the end has cancelled it already: of that, only what cleans up in
     * `NonCancellable` is still active, and is left to do so. (Its topmost job is a coroutine without a parent.)
     */
    @OptIn(ExperimentalCoroutinesApi::class)
    fun cancel(context: CoroutineContext, cause: CancellationException) {
        val top = generateSequence(context[Job]) { it.parent }.lastOrNull()
        val cleansUp = top is CoroutineScope && context[FrameContext] != null
        if (top !== rootJob && !cleansUp) {
            context.cancel(cause)
        }
    }

    /** Sets a timer from any thread. */
    fun setTimeout(timeout: LoopTimeout) {
        if (loop.inEventLoop()) {
            timeout.start()
            return
        }
        try {
            loop.execute(timeout::start)
        } catch (e: RejectedExecutionException) {
            timeout.abandon(endOfLoop(e))
        }
    }

    /** Whether a timer may be set; where the loop ends, it is abandoned. On the loop's thread. */
    fun mayStart(timeout: LoopTimeout): Boolean {
        when {
            isEnding -> timeout.abandon(endOfLoop(null))
            loop.isHalted -> lateTimeouts.addLast(timeout)
            else -> return true
        }
        return false
    }

    fun clearTimeout(timeout: LoopTimeout) {
        if (loop.inEventLoop()) {
            timeout.stop()
            return
        }
        try {
            loop.execute(timeout::stop)
        } catch (_: RejectedExecutionException) {
            // The timer ended with the loop.
        }
    }

    /** Keeps a waiter in mind until it is forgotten. On the loop's thread. */
    fun remember(waiter: LoopWaiter) {
        if (isEnding) {
            waiter.abandon(endOfLoop(null))
        } else {
            waiters.add(waiter)
        }
    }

    /** From any thread. */
    fun forget(waiter: LoopWaiter) {
        if (loop.inEventLoop()) {
            waiters.remove(waiter)
            return
        }
        try {
            loop.execute { waiters.remove(waiter) }
        } catch (_: RejectedExecutionException) {
            // It was abandoned with the others.
        }
    }

    /** Lets `runBlocking` fail on the loop's thread from here on. Does nothing while that does not run the loop. */
    fun guardThread() {
        if (!isGuarded && EventLoop.currentOrNull() === loop) {
            isGuarded = true
            guard = ThreadGuard.enter()
        }
    }

    /** Cancels a job when the loop ends, whatever its parent is. */
    fun cancelAtEnd(job: Job) {
        atEnd(job) { job.cancel(endOfLoop(it)) }
    }

    /** Runs an action when the loop ends, unless a job has completed before. */
    fun atEnd(job: Job, action: (Throwable) -> Unit) {
        val loopsEnd = Job(rootJob)
        loopsEnd.invokeOnCompletion { cause -> if (cause != null) action(cause) }
        job.invokeOnCompletion { loopsEnd.complete() }
    }

    private fun listenForTheEnd() {
        guardThread()
        loop.onDropped(::dropped)
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
        while (true) {
            val late = lateTimeouts.removeFirstOrNull() ?: break
            late.abandon(cause)
        }
        waiters.abandonAll(cause)
        handOn(microtasks)
        handOn(yields)
    }

    /** A callback that the loop will not run. A continuation must, all the same: others wait for its coroutine. */
    private fun dropped(callback: java.lang.Runnable) {
        if (callback is Continuation<*>) {
            microtasks.addLast(callback)
            if (isEnding) handOn(microtasks)
        } else if (callback is LoopTimeout) {
            callback.abandon(endOfLoop(null))
        }
    }

    private fun handOn(left: ArrayDeque<Runnable>) {
        while (true) {
            val block = left.removeFirstOrNull() ?: return
            try {
                loop.execute(block)
            } catch (_: RejectedExecutionException) {
                elsewhere.dispatch(dispatcher, block)
            }
        }
    }

    fun endOfLoop(cause: Throwable?): CancellationException =
        CancellationException("event loop '${loop.name()}' has ended", cause)
}

internal fun EventLoop.loopCoroutines(): LoopCoroutines =
    attachment(LoopCoroutines::class.java) { LoopCoroutines(it) }
