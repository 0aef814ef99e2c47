package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.work.WorkCompletion
import io.gyre.work.WorkerPool
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Runs a blocking job on a worker pool and waits for its result. On the loop's thread; the coroutine goes on in the
 * poll phase, and the job keeps the loop alive.
 *
 * A coroutine that is cancelled takes the job back if no worker has begun it; one that runs is left to finish, and its
 * outcome is dropped; what is to be closed belongs in a variable outside. A result that is [AutoCloseable] is closed if
 * the loop had ended before.
 *
 * @param pool where the job runs
 * @param description what the job is, for diagnostics
 * @param kind what it does, which decides how many workers such jobs may take
 * @param job what to run; it must not touch what belongs to the loop
 * @return what the job returns
 * @throws Throwable what the job throws
 * @sample io.gyre.coroutines.samples.programSample
 */
public suspend fun <T> EventLoop.blocking(
    pool: WorkerPool = WorkerPool.shared(),
    description: String = "blocking",
    kind: WorkerPool.Kind = WorkerPool.Kind.CPU,
    job: () -> T,
): T =
    suspendCancellableCoroutine { continuation ->
        val coroutines = loopCoroutines()
        val waiter = object : LoopWaiter() {
            override fun abandon(cause: CancellationException) = coroutines.abandon(continuation, cause)
        }
        val completion = WorkCompletion<T> { error, result ->
            coroutines.forget(waiter)
            if (error != null) {
                continuation.resumeWithException(error)
            } else {
                @Suppress("UNCHECKED_CAST")
                continuation.resume(result as T)
            }
        }
        val request = pool.submit(this, kind, description, job, completion)
        continuation.invokeOnCancellation {
            request.cancel()
            coroutines.forget(waiter)
        }
        coroutines.remember(waiter)
    }
