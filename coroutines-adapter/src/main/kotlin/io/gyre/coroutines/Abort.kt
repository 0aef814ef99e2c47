package io.gyre.coroutines

import io.gyre.abort.AbortController
import io.gyre.abort.AbortSignal
import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job

/**
 * Starts an operation that takes a signal, and waits for it. On the loop's thread. If the coroutine is cancelled, the
 * signal is aborted with the cancellation as its reason.
 *
 * ```
 * val bytes = loop.awaitAbortable { signal -> operation(path, signal) }
 * ```
 *
 * @param operation starts the operation
 * @return the value of its promise
 * @throws Throwable the reason of the rejection
 * @sample io.gyre.coroutines.samples.abortSample
 */
public suspend fun <T> EventLoop.awaitAbortable(operation: (AbortSignal) -> Promise<T>): T {
    val controller = AbortController(this)
    try {
        return operation(controller.signal()).await()
    } catch (e: CancellationException) {
        if (inEventLoop()) {
            controller.abort(e)
        }
        throw e
    }
}

/**
 * Offers the cancellation of this job as a signal, for operations and streams that take one. On the loop's thread.
 *
 * The signal is aborted when the job is cancelled or has failed, with that as its reason; not when it completes. A job
 * that is cancelled on another thread aborts it in the poll phase.
 */
public fun Job.asAbortSignal(loop: EventLoop): AbortSignal {
    val controller = AbortController(loop)
    @OptIn(kotlinx.coroutines.InternalCoroutinesApi::class)
    invokeOnCompletion(onCancelling = true) { cause ->
        if (cause != null) {
            loop.onItsThread { controller.abort(cause) }
        }
    }
    return controller.signal()
}
