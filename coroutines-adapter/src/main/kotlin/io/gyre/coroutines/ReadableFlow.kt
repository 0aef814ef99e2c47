package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.stream.ChunkReader
import io.gyre.stream.Readable
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.ReceiveChannel
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.produceIn
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.resume

/**
 * Offers the stream as a flow of its chunks.
 *
 * **Pace.** The stream reads no further ahead than its high-water mark: a collector that takes its time pauses the
 * source. There is no other buffer. A chunk of a byte stream is what waits at the moment.
 *
 * **Thread.** To be collected on the loop's thread, and once; elsewhere, and a second time, it throws
 * [IllegalStateException]. A flow for another dispatcher is made by `flowOn(loop.asCoroutineDispatcher())`, which
 * buffers 64 chunks unless `buffer(n)` beside it says otherwise.
 *
 * **End.** The flow completes when the stream ends, and fails with the stream's error. A collector that fails, is
 * cancelled or has enough destroys the stream, a failure as its cause.
 */
public fun <T : Any> Readable<T>.asFlow(): Flow<T> {
    val isCollected = AtomicBoolean()
    return flow {
        loop().checkThread("collect")
        check(isCollected.compareAndSet(false, true)) { "the flow of ${this@asFlow} is collected already" }
        val reader = ChunkReader(this@asFlow)
        try {
            while (true) {
                val chunk = reader.poll()
                if (chunk != null) {
                    emit(chunk)
                } else if (reader.isDone) {
                    break
                } else {
                    reader.awaitNews(loop())
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
}

/**
 * Offers the stream as a channel of its chunks: a rendezvous, so that beside what the stream reads ahead there is at most
 * one chunk, which waits to be received. From any thread.
 *
 * The stream is read on its loop's thread by a coroutine of [scope], and the channel may be received from anywhere. It is
 * closed at the end of the stream, and with the error of a stream that breaks, which fails the scope too, as
 * [Flow.produceIn] does. Cancelling the channel or the scope destroys the stream.
 */
public fun <T : Any> Readable<T>.produceIn(scope: CoroutineScope): ReceiveChannel<T> =
    asFlow().flowOn(loop().asCoroutineDispatcher()).buffer(Channel.RENDEZVOUS).produceIn(scope)

private suspend fun ChunkReader<*>.awaitNews(loop: EventLoop): Unit =
    loop.suspendForLoop { continuation ->
        // Where the coroutine was cancelled meanwhile this does nothing, and close() drops what waits.
        await { continuation.resume(Unit) }
    }

/** Also when the loop has ended, and with it the stream. */
internal fun Readable<*>.destroyFrom(cause: Throwable) {
    if (loop().inEventLoop() && !isDestroyed) {
        destroy(cause.takeUnless { it is CancellationException })
    }
}
