package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import io.gyre.promise.Resolvers
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.suspendCancellableCoroutine
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Waits for the promise to settle: the `await` of JavaScript.
 *
 * On the promise's loop the coroutine goes on in the microtask that follows the settling, one microtask later also if
 * the promise has settled already. From a coroutine of another dispatcher this hops to the loop and back.
 *
 * A promise cannot be cancelled: a cancelled coroutine forgets the promise and goes on with
 * [kotlinx.coroutines.CancellationException], as does one that still waits when the loop ends. A rejection counts as
 * handled either way.
 *
 * @return the value
 * @throws Throwable the reason of the rejection
 */
public suspend fun <T> Promise<T>.await(): T =
    suspendCancellableCoroutine { continuation ->
        val waiter = Waiter(this, continuation)
        continuation.invokeOnCancellation { waiter.cancelled() }
        if (loop().inEventLoop()) {
            waiter.attach()
        } else {
            try {
                loop().execute(waiter::attach)
            } catch (e: RejectedExecutionException) {
                continuation.resumeWithException(e)
            }
        }
    }

/** Stands between a promise, which keeps its reactions, and a continuation that may be cancelled before. */
private class Waiter<T>(private val promise: Promise<T>, continuation: CancellableContinuation<T>) : LoopWaiter() {
    @Volatile
    private var continuation: CancellableContinuation<T>? = continuation

    private val coroutines =
        (continuation.context[ContinuationInterceptor] as? TurnDispatcher)?.coroutinesOf(promise.loop())
            ?: promise.loop().loopCoroutines()

    fun cancelled() {
        continuation = null
        coroutines.forget(this)
    }

    fun attach() {
        // Also where the coroutine was cancelled before: the promise is handled all the same.
        promise.await(::fulfilled, ::rejected)
        if (continuation != null) {
            coroutines.remember(this)
        }
    }

    override fun abandon(cause: CancellationException) {
        continuation?.let { coroutines.abandon(it, cause) }
    }

    /** Goes on at once: this is the microtask already. */
    @OptIn(ExperimentalCoroutinesApi::class)
    private fun fulfilled(value: T) {
        val waiting = continuation ?: return
        coroutines.forget(this)
        val dispatcher = waiting.dispatcherOfThisLoop()
        if (dispatcher == null) {
            waiting.resume(value)
        } else {
            with(waiting) { dispatcher.resumeUndispatched(value) }
        }
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    private fun rejected(reason: Throwable) {
        val waiting = continuation ?: return
        coroutines.forget(this)
        val dispatcher = waiting.dispatcherOfThisLoop()
        if (dispatcher == null) {
            waiting.resumeWithException(reason)
        } else {
            with(waiting) { dispatcher.resumeUndispatchedWithException(reason) }
        }
    }

    private fun CancellableContinuation<T>.dispatcherOfThisLoop(): CoroutineDispatcher? {
        val dispatcher = context[ContinuationInterceptor]
        val target = if (dispatcher is MainLoopDispatcher) dispatcher.target(context) else dispatcher as? LoopDispatcher
        return if (target?.loop === promise.loop()) dispatcher as CoroutineDispatcher else null
    }
}

/**
 * Starts a coroutine and returns its result as a promise: what calling an async function does in JavaScript.
 *
 * Called on the loop's thread. The coroutine runs at once until it first suspends, unless [start] says otherwise, and
 * the promise settles when it ends. It is a child of the scope, as with [async].
 *
 * @param context further elements for the coroutine
 * @param start how it starts
 * @param block the coroutine
 * @return a promise of the scope's loop
 */
public fun <T> LoopScope.promise(
    context: CoroutineContext = EmptyCoroutineContext,
    start: CoroutineStart = CoroutineStart.UNDISPATCHED,
    block: suspend CoroutineScope.() -> T,
): Promise<T> = async(context, start, block).asPromise(loop)

/**
 * Offers the result of a coroutine as a promise. Called on the loop's thread.
 *
 * The promise settles as the coroutine ends: at once where it ends on the loop's thread, else in the poll phase. A
 * cancelled coroutine rejects it with its [kotlinx.coroutines.CancellationException]. The coroutine does not keep the
 * loop alive; if the loop ends first the promise stays pending.
 *
 * @param loop the loop that the promise belongs to
 */
@OptIn(ExperimentalCoroutinesApi::class)
public fun <T> Deferred<T>.asPromise(loop: EventLoop): Promise<T> {
    val resolvers = Promise.withResolvers<T>(loop)
    invokeOnCompletion { failure ->
        if (loop.inEventLoop()) {
            resolvers.settle(this, failure)
        } else {
            try {
                loop.execute { resolvers.settle(this, failure) }
            } catch (_: RejectedExecutionException) {
                // Nobody can see the promise any more: it is confined to a loop that has ended.
            }
        }
    }
    return resolvers.promise()
}

@OptIn(ExperimentalCoroutinesApi::class)
private fun <T> Resolvers<T>.settle(ended: Deferred<T>, failure: Throwable?) {
    if (failure == null) {
        resolve(ended.getCompleted())
    } else {
        reject(failure)
    }
}

/**
 * Offers the promise as a [Deferred], for use with `awaitAll` and `select`. Called on the loop's thread.
 *
 * Cancelling the deferred has no effect on the promise.
 */
public fun <T> Promise<T>.asDeferred(): Deferred<T> {
    val deferred = CompletableDeferred<T>()
    await({ deferred.complete(it) }, { deferred.completeExceptionally(it) })
    return deferred
}
