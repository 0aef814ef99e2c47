package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.TimedOperation
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.cancel
import kotlin.coroutines.CoroutineContext

/*
 * The only file that touches the internal `Delay` of kotlinx.coroutines: without it every delay would take a detour
 * over a timer thread.
 */

/** Dispatches into the turns of a loop: microtasks, posts, immediates and timers. */
@OptIn(InternalCoroutinesApi::class)
internal class TurnDispatcher(
    private val coroutines: LoopCoroutines,
    private val immediately: Boolean,
    private val name: String?,
    private val keepsAlive: Boolean = true,
) : LoopDispatcher(),
    Delay {
    override val loop: EventLoop get() = coroutines.loop

    override val immediate: LoopDispatcher =
        if (immediately) this else TurnDispatcher(coroutines, immediately = true, name, keepsAlive)

    /** What [loop] knows of its coroutines, if that is this dispatcher's loop. */
    fun coroutinesOf(loop: EventLoop): LoopCoroutines? = coroutines.takeIf { it.loop === loop }

    override fun isDispatchNeeded(context: CoroutineContext): Boolean = !immediately || !loop.inEventLoop()

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        coroutines.dispatch(context, block)
    }

    override fun dispatchYield(context: CoroutineContext, block: Runnable) {
        coroutines.dispatchYield(context, block)
    }

    /** A loop has one thread, which is within every limit: a view needs no queue of its own. */
    override fun limitedParallelism(parallelism: Int, name: String?): CoroutineDispatcher {
        require(parallelism >= 1) { "parallelism must be at least 1, not $parallelism" }
        return if (name == null) this else TurnDispatcher(coroutines, immediately, name, keepsAlive)
    }

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        resumeAfterDelay(this, timeMillis, continuation)
    }

    override fun resumeAfterDelay(
        dispatcher: CoroutineDispatcher,
        timeMillis: Long,
        continuation: CancellableContinuation<Unit>,
    ) {
        if (timeMillis >= NEVER) {
            return
        }
        val timeout = DelayedResume(coroutines, dispatcher, timeMillis, keepsAlive, continuation)
        coroutines.setTimeout(timeout)
        continuation.invokeOnCancellation(timeout)
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle {
        if (timeMillis >= NEVER) {
            return DisposableHandle { }
        }
        val timeout = TimedBlock(coroutines, timeMillis, keepsAlive, block, context)
        coroutines.setTimeout(timeout)
        return timeout
    }

    override fun equals(other: Any?): Boolean =
        other is TurnDispatcher &&
            other.loop === loop &&
            other.immediately == immediately &&
            other.name == name &&
            other.keepsAlive == keepsAlive

    override fun hashCode(): Int = 31 * loop.hashCode() + immediately.hashCode()

    override fun toString(): String = (name ?: "Loop(${loop.name()})") + if (immediately) ".immediate" else ""
}

/** From here on a time is no timer: 146 years, as in kotlinx.coroutines. An infinite duration is beyond it. */
private const val NEVER = Long.MAX_VALUE / 2 / 1_000_000

/**
 * `delay`: the timer's callback queues the microtask in which the coroutine goes on. One object with the timer, the
 * microtask and the handler of the cancellation, since programs have very many.
 */
private class DelayedResume(
    coroutines: LoopCoroutines,
    private val dispatcher: CoroutineDispatcher,
    timeMillis: Long,
    keepsAlive: Boolean,
    private val continuation: CancellableContinuation<Unit>,
) : LoopTimeout(coroutines, timeMillis, keepsAlive),
    (Throwable?) -> Unit {
    override fun elapsed() {
        coroutines.queue(this)
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    override fun goOn() {
        with(continuation) { dispatcher.resumeUndispatched(Unit) }
    }

    override fun abandon(cause: CancellationException) {
        coroutines.abandon(continuation, cause)
    }

    /** The coroutine was cancelled. */
    override fun invoke(cause: Throwable?) {
        coroutines.clearTimeout(this)
    }
}

/** `withTimeout`. */
private class TimedBlock(
    coroutines: LoopCoroutines,
    timeMillis: Long,
    keepsAlive: Boolean,
    private val block: Runnable,
    private val context: CoroutineContext,
) : LoopTimeout(coroutines, timeMillis, keepsAlive),
    DisposableHandle {
    override fun elapsed() {
        block.run()
    }

    override fun abandon(cause: CancellationException) {
        context.cancel(cause)
    }

    override fun dispose() {
        coroutines.clearTimeout(this)
    }
}

/**
 * Something that is due after a time: a timer of the loop, so that the loop can say which it drops. Confined to the loop's
 * thread once it was started. A long time is waited for in pieces, none of which the loop's timers are too short for.
 */
internal abstract class LoopTimeout(
    protected val coroutines: LoopCoroutines,
    timeMillis: Long,
    keepsAlive: Boolean,
) : TimedOperation(coroutines.loop, pieceOf(timeMillis), keepsAlive) {
    /** None when it was stopped, also if that happens before it was started. */
    private var piecesLeft = piecesOf(timeMillis)

    abstract fun elapsed()

    /** Called in a microtask, if [elapsed] has queued this. */
    protected open fun goOn() = Unit

    /** Called in place of [elapsed] when the loop has ended. */
    abstract fun abandon(cause: CancellationException)

    fun start() {
        if (piecesLeft != 0 && coroutines.mayStart(this)) {
            startTimer()
        }
    }

    fun stop() {
        piecesLeft = 0
        clear()
    }

    /** The callback of the timer, and after that the microtask. */
    override fun run() {
        if (piecesLeft == 0) {
            goOn()
        } else if (--piecesLeft == 0) {
            elapsed()
        } else {
            refresh()
        }
    }

    private companion object {
        /** What a timer of the loop can wait. */
        const val LONGEST = Int.MAX_VALUE.toLong()

        fun piecesOf(timeMillis: Long): Int =
            if (timeMillis <= LONGEST) 1 else ((timeMillis - 1) / LONGEST + 1).coerceAtMost(LONGEST).toInt()

        /** The time in so many equal pieces, rounded up: never early. */
        fun pieceOf(timeMillis: Long): Long {
            val pieces = piecesOf(timeMillis)
            return if (pieces == 1) timeMillis else ((timeMillis - 1) / pieces + 1).coerceAtMost(LONGEST)
        }
    }
}
