package io.gyre.coroutines

import io.gyre.loop.Registration
import io.gyre.stream.Callback
import io.gyre.stream.FinishedOptions
import io.gyre.stream.Pipeline
import io.gyre.stream.StreamException
import io.gyre.stream.Writable
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.flow.Flow
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Writes a chunk, and waits for the drain event if the stream says that it has enough. On the loop's thread.
 *
 * The chunk is taken in any case, also where the coroutine is cancelled while it waits. ([Writable.write] is taken by
 * the form that does not wait.)
 *
 * @throws Throwable the error of a stream that breaks before it drains, or that has ended or is destroyed already
 */
public suspend fun <T : Any> Writable<T>.awaitWrite(chunk: T) {
    if (!isWritable) {
        refused(chunk)
    } else if (!write(chunk)) {
        awaitDrain()
    }
}

/**
 * Waits until there is room, if the stream said that it had enough. On the loop's thread.
 *
 * @throws Throwable the error of a stream that breaks before it drains
 */
public suspend fun Writable<*>.awaitDrain() {
    if (isWritableNeedDrain || isDestroyed || errored() != null) {
        SuspendingWriter(this).use { it.drain() }
    }
}

/**
 * Says that no more chunks will come, and waits until all are written. On the loop's thread.
 *
 * @throws Throwable the error of a stream that breaks before it finishes
 */
public suspend fun Writable<*>.awaitEnd() {
    SuspendingWriter(this).use { it.end() }
}

/**
 * Writes all elements of the flow to a stream, at the pace of the stream: the flow is suspended while the stream has
 * enough. On the loop's thread. Returns when all is written, or handed over if the stream is to stay open.
 *
 * If the flow fails or the coroutine is cancelled, the stream is destroyed with the failure as its cause. If the stream
 * breaks, the flow is cancelled and the stream's error is thrown.
 *
 * @param destination where to
 * @param end whether to end it after the last element
 * @sample io.gyre.coroutines.samples.flowSample
 */
public suspend fun <T : Any> Flow<T>.pipeTo(destination: Writable<in T>, end: Boolean = true) {
    SuspendingWriter(destination).use { writer ->
        try {
            collect { writer.write(it) }
            if (end) {
                writer.end()
            }
        } catch (e: Throwable) {
            if (destination.loop().inEventLoop() && !destination.isDestroyed) {
                destination.destroy(e)
            }
            throw e
        }
    }
}

/** The stream says to the chunk's callback why it takes no more. */
private suspend fun <T : Any> Writable<T>.refused(chunk: T) {
    loop().suspendForLoop { continuation ->
        write(chunk) { error ->
            if (error == null) continuation.resume(Unit) else continuation.resumeWithException(error)
        }
    }
}

private val WRITABLE_SIDE: FinishedOptions = FinishedOptions.defaults().readable(false)

/** One coroutine that writes to a stream, and what may end its waiting: drain, or the end of the stream. */
private class SuspendingWriter<T : Any>(private val destination: Writable<T>) : AutoCloseable {
    private var waiting: CancellableContinuation<Unit>? = null
    private var failure: Throwable? = null
    private val onDrain: Registration = destination.onDrain { wake(null) }
    private var isEnding = false
    private val onOutcome: Registration =
        Pipeline.finished(destination, WRITABLE_SIDE) { error -> if (error != null || !isEnding) wake(error) }

    /** Told of each chunk. Only a failure counts: some come with no event, such as that of a write after the end. */
    private val onWritten = Callback { error -> if (error != null) wake(error) }

    suspend fun write(chunk: T) {
        failure?.let { throw it }
        if (!destination.isWritable) {
            destination.refused(chunk)
        } else if (!destination.write(chunk, onWritten)) {
            drain()
        }
    }

    suspend fun end() {
        failure?.let { throw it }
        if (destination.isDestroyed && !destination.isWritableFinished) {
            // Such a stream never calls back, and takes itself for finished once it was told to end.
            throw destination.errored()
                ?: StreamException(StreamException.DESTROYED, "Cannot call end after a stream was destroyed")
        }
        isEnding = true
        destination.loop().suspendForLoop { continuation ->
            // The stream does not call back if it is destroyed while a write is under way that never ends.
            waiting = continuation
            destination.end(null) { error -> wake(error) }
        }
    }

    /** Waits for the drain event that is due, or for the end of a stream that breaks. */
    suspend fun drain() {
        destination.loop().suspendForLoop { continuation -> waiting = continuation }
        waiting = null
    }

    private fun wake(error: Throwable?) {
        if (error != null && failure == null) {
            failure = error
        }
        val continuation = waiting ?: return
        waiting = null
        if (error == null) continuation.resume(Unit) else continuation.resumeWithException(error)
    }

    override fun close() {
        // The error event of a broken stream is yet to come, and it is handled: its error was thrown.
        if (destination.loop().inEventLoop() && !destination.isDestroyed) {
            onDrain.remove()
            onOutcome.remove()
        }
    }
}
