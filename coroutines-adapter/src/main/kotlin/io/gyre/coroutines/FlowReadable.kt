package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.stream.AbstractReadable
import io.gyre.stream.Callback
import io.gyre.stream.Readable
import io.gyre.stream.StreamOptions
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.launch
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume

/**
 * Offers the flow as a stream of objects, at the pace of whoever reads it.
 *
 * @param loop the loop that the stream belongs to; call this on its thread
 * @param context see the other form
 */
public fun <T : Any> Flow<T>.asReadable(
    loop: EventLoop,
    context: CoroutineContext = EmptyCoroutineContext,
): Readable<T> = asReadable(loop, StreamOptions.objects(), context)

/**
 * Offers the flow as a stream, at the pace of whoever reads it.
 *
 * **Pace.** The flow is collected from the first read on, and is suspended in `emit` while the stream holds its
 * high-water mark.
 *
 * **Thread.** It is collected on the loop's thread; `flowOn` moves what is above it elsewhere.
 *
 * **End.** The stream ends with the flow and breaks with its failure. Destroying the stream cancels the collector; the
 * close event comes when it has ended. A collector that is suspended does not keep the loop alive; what it waits for
 * does.
 *
 * @param loop the loop that the stream belongs to; call this on its thread
 * @param options how the stream buffers
 * @param context further elements for the coroutine that collects; a [Job] in it becomes its parent, and cancelling that
 *   destroys the stream
 */
public fun <T : Any> Flow<T>.asReadable(
    loop: EventLoop,
    options: StreamOptions<T>,
    context: CoroutineContext = EmptyCoroutineContext,
): Readable<T> = FlowReadable(loop, options, this, context)

private class FlowReadable<T : Any>(
    loop: EventLoop,
    options: StreamOptions<T>,
    private val flow: Flow<T>,
    private val context: CoroutineContext,
) : AbstractReadable<T>(loop, options) {
    private var collector: Job? = null
    private var failure: Throwable? = null

    /** Whether the stream has asked since the last chunk. */
    private var isAsked = false
    private var waiting: CancellableContinuation<Unit>? = null

    override fun doRead(n: Int) {
        isAsked = true
        val suspended = waiting
        if (suspended != null) {
            waiting = null
            suspended.resume(Unit)
        } else if (collector == null) {
            // A job of its own: a stream that breaks must not cancel whoever it was made by.
            val scope = loop().coroutineScope(context)
            collector = scope.coroutineContext[Job]
            scope.launch(start = CoroutineStart.UNDISPATCHED) { collect() }.invokeOnCompletion {
                collector?.cancel()
            }
        }
    }

    private suspend fun collect() {
        try {
            flow.collect { give(it) }
            if (!isDestroyed) {
                pushEnd()
            }
        } catch (e: Throwable) {
            failure = e
            if (loop().inEventLoop() && !isDestroyed) {
                destroy(e)
            }
        }
    }

    private suspend fun give(chunk: T) {
        isAsked = false
        // A reader may ask again while it is given the chunk.
        if (!push(chunk) && !isAsked) {
            loop().suspendForLoop { waiting = it }
        }
    }

    override fun doDestroy(error: Throwable?, callback: Callback) {
        val running = collector
        if (running == null) {
            callback.call(error)
            return
        }
        running.cancel()
        running.invokeOnCompletion {
            if (loop().inEventLoop()) {
                callback.call(outcome(error))
            }
        }
    }

    /** What the flow failed with while it was being cancelled must not get lost. */
    private fun outcome(error: Throwable?): Throwable? {
        val last = failure
        if (last == null || last === error || last is CancellationException) {
            return error
        }
        error?.addSuppressed(last)
        return error ?: last
    }

    override fun toString(): String = "stream of $flow"
}
