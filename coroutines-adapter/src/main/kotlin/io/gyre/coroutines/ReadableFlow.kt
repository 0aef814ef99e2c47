package io.gyre.coroutines

import io.gyre.stream.ChunkReader
import io.gyre.stream.Readable
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume

/**
 * Offers the stream as a flow of its chunks.
 *
 * **Pace.** The stream reads no further ahead than its high-water mark: a collector that takes its time pauses the
 * source. There is no other buffer.
 *
 * **Thread.** To be collected on the loop's thread, and once; elsewhere it throws. A flow for another dispatcher is
 * made by `flowOn(loop.asCoroutineDispatcher())`.
 *
 * **End.** The flow completes when the stream ends, and fails with the stream's error. A collector that fails, is
 * cancelled or has enough destroys the stream, a failure as its cause.
 */
public fun <T : Any> Readable<T>.asFlow(): Flow<T> =
    flow {
        loop().checkThread("collect")
        val reader = ChunkReader(this@asFlow)
        try {
            while (true) {
                val chunk = reader.poll()
                if (chunk != null) {
                    emit(chunk)
                } else if (reader.isDone) {
                    break
                } else {
                    reader.awaitNews()
                }
            }
            reader.error()?.let { throw it }
        } catch (e: Throwable) {
            destroyFrom(e)
            throw e
        } finally {
            if (loop().inEventLoop()) {
                reader.close()
            }
        }
    }

private suspend fun ChunkReader<*>.awaitNews(): Unit =
    suspendCancellableCoroutine { continuation ->
        // Where the coroutine was cancelled meanwhile this does nothing, and close() drops what waits.
        await { continuation.resume(Unit) }
    }

/** Also when the loop has ended, and with it the stream. */
private fun Readable<*>.destroyFrom(cause: Throwable) {
    if (loop().inEventLoop() && !isDestroyed) {
        destroy(cause.takeUnless { it is CancellationException })
    }
}
