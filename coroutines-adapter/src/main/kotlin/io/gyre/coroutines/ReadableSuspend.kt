package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.stream.FinishedOptions
import io.gyre.stream.Pipeline
import io.gyre.stream.Readable
import io.gyre.stream.Stream
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Reads a byte stream to its end and returns all of it. On the loop's thread.
 *
 * @param maxLength how many bytes are taken at most; there must be a bound to what somebody else sends
 * @throws IllegalStateException if there are more; the stream is destroyed then
 * @throws Throwable the error of the stream
 */
public suspend fun Readable<Buffer>.readAll(maxLength: Int): Buffer {
    require(maxLength >= 0) { "maxLength is negative: $maxLength" }
    var length = 0L
    val pieces = ArrayList<Buffer>()
    asFlow().collect { piece ->
        length += piece.length()
        check(length <= maxLength) { "$this has more than $maxLength bytes" }
        pieces += piece
    }
    return if (pieces.size == 1) pieces.first() else Buffer.concat(pieces)
}

/**
 * Waits until a stream is through: read to its end, written to its end, or broken. On the loop's thread. Whoever waits
 * does not read: a stream that nobody reads never ends.
 *
 * @param options which sides count
 * @throws Throwable the error of a stream that breaks, or that is closed before it was through
 */
public suspend fun Stream.awaitFinished(options: FinishedOptions = FinishedOptions.defaults()) {
    loop().suspendForLoop { continuation ->
        val watched = Pipeline.finished(this, options) { error ->
            when {
                !continuation.isActive -> Unit
                error == null -> continuation.resume(Unit)
                else -> continuation.resumeWithException(error)
            }
        }
        continuation.invokeOnCancellation { if (loop().inEventLoop()) watched.remove() }
    }
}

/** Waits for the close event of a stream that is not closed yet. On the loop's thread. */
public suspend fun Stream.awaitClose() {
    if (!isClosed) {
        awaitEvent { emit -> onClose { emit(Unit) } }
    }
}
