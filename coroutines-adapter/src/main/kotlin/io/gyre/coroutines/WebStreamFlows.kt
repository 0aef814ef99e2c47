package io.gyre.coroutines

import io.gyre.promise.Promise
import io.gyre.stream.AsyncIterator
import io.gyre.stream.web.ReadableStream
import io.gyre.stream.web.WritableStream
import io.gyre.stream.web.WritableStreamDefaultWriter
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow

/*
 * What else the core reads and writes step by step: async iterators, and web streams.
 */

/**
 * Offers the elements of an async iterator as a flow: `for await` in JavaScript.
 *
 * One element is asked for at a time, when the collector is ready for it. To be collected on the loop's thread, and once,
 * since an iterator has one pass. The flow fails with what the iterator fails with. A collector that fails, is cancelled or
 * has enough closes the iterator, a failure as its cause.
 */
public fun <T : Any> AsyncIterator<T>.asFlow(): Flow<T> {
    val iterator = this
    return flow {
        while (true) {
            val asked = iterator.next()
            val result = try {
                asked.await()
            } catch (e: CancellationException) {
                asked.onItsLoop { iterator.close() }
                throw e
            }
            if (result.done()) {
                break
            }
            try {
                emit(checkNotNull(result.value()))
            } catch (e: Throwable) {
                asked.onItsLoop { iterator.close(e.takeUnless { it is CancellationException }) }
                throw e
            }
        }
    }
}

/** What closing gives is not waited for, and its failure is that of the flow, or none of its business. */
private fun Promise<*>.onItsLoop(close: () -> Promise<*>) {
    loop().onItsThread { close().await({ }, { }) }
}

/**
 * Offers a web stream as a flow of its chunks. To be collected on the loop's thread; the stream is locked meanwhile.
 *
 * A chunk is asked for when the collector is ready for it: beside the queue of the stream there is no buffer. The flow
 * completes when the stream is closed, and fails with the error of one that breaks. A collector that fails, is cancelled
 * or has enough cancels the stream, a failure as the reason.
 *
 * @throws IllegalStateException when it is collected while the stream is locked to somebody else
 */
public fun <T : Any> ReadableStream<T>.asFlow(): Flow<T> {
    val stream = this
    return flow {
        val reader = stream.getReader()
        try {
            while (true) {
                val result = reader.read().await()
                if (result.done()) {
                    break
                }
                emit(checkNotNull(result.value()))
            }
        } catch (e: Throwable) {
            // A stream that has broken says so once more.
            stream.loop().onItsThread { reader.cancel(e).await({ }, { }) }
            throw e
        } finally {
            stream.loop().onItsThread(reader::releaseLock)
        }
    }
}

/**
 * Writes all elements of the flow to a web stream, at the pace of the stream: the flow is suspended while the stream has
 * enough. On the loop's thread; the stream is locked meanwhile. Returns when all is written, or handed over if the stream
 * is to stay open.
 *
 * If the flow fails or the coroutine is cancelled, the stream is aborted with that as the reason. If the stream breaks, the
 * flow is cancelled and the stream's error is thrown.
 *
 * @param destination where to
 * @param close whether to close it after the last element
 */
public suspend fun <T : Any> Flow<T>.pipeTo(destination: WritableStream<T>, close: Boolean = true) {
    val writer = destination.getWriter()
    try {
        collect { writer.writeWhenReady(it) }
        if (close) {
            writer.close().await()
        }
    } catch (e: Throwable) {
        destination.loop().onItsThread { writer.abort(e).await({ }, { }) }
        throw e
    } finally {
        destination.loop().onItsThread(writer::releaseLock)
    }
}

private suspend fun <T : Any> WritableStreamDefaultWriter<T>.writeWhenReady(chunk: T) {
    ready().await()
    // A chunk that is not written breaks the stream, which is seen before the next one.
    write(chunk).await({ }, { })
}
