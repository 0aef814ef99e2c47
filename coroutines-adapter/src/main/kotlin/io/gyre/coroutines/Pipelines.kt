package io.gyre.coroutines

import io.gyre.stream.Pipeline
import io.gyre.stream.Readable
import io.gyre.stream.Stream
import io.gyre.stream.Writable
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Feeds a sink from a source until the end, ends it there and waits until both are through. On the loop's thread.
 *
 * An error of one stream destroys the other. If the coroutine is cancelled, both are destroyed with its
 * [kotlinx.coroutines.CancellationException].
 *
 * @param source where from
 * @param sink where to
 * @throws Throwable the first error
 */
public suspend fun <T : Any> pipeline(source: Readable<T>, sink: Writable<in T>) {
    joined(listOf(source, sink)) { callback -> Pipeline.run(source, sink, callback) }
}

private suspend fun joined(streams: List<Stream>, start: ((Throwable?) -> Unit) -> Unit) {
    try {
        suspendCancellableCoroutine<Unit> { continuation ->
            start { error ->
                if (error == null) continuation.resume(Unit) else continuation.resumeWithException(error)
            }
        }
    } catch (e: Throwable) {
        // Where one of them failed they are destroyed already; the pipeline hears of the others' errors still.
        streams.filter { it.loop().inEventLoop() && !it.isDestroyed }.forEach { it.destroy(e) }
        throw e
    }
}
