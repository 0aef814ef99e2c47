package io.gyre.coroutines.io

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.awaitWrite
import io.gyre.stream.Readable
import io.gyre.stream.Writable
import kotlinx.io.Sink
import kotlinx.io.Source
import kotlinx.io.bytestring.ByteString
import kotlinx.io.bytestring.asReadOnlyByteBuffer
import kotlinx.io.bytestring.getByteString
import kotlinx.io.readAtMostTo
import kotlinx.io.write
import kotlinx.io.Buffer as IoBuffer

/*
 * The bytes of kotlinx-io, which must be on the class path. Nothing else of the adapter needs it.
 */

/** Copies the bytes into a string of them. From any thread. */
public fun Buffer.toByteString(): ByteString = asByteBuffer().getByteString(length())

/** Copies the bytes into a buffer. From any thread. */
public fun ByteString.toBuffer(): Buffer = Buffer.copyOf(asReadOnlyByteBuffer())

/** Writes a copy of all bytes of a chunk. On the thread that the sink belongs to. */
public fun Sink.write(chunk: Buffer) {
    write(chunk.asByteBuffer())
}

/**
 * Removes bytes from the source and returns them as a chunk. On the thread that the source belongs to.
 *
 * @param byteCount how many
 * @throws kotlinx.io.EOFException if there are fewer; none is removed then
 */
public fun Source.readBuffer(byteCount: Int): Buffer {
    require(byteCount >= 0) { "byteCount is negative: $byteCount" }
    require(byteCount.toLong())
    val chunk = Buffer.alloc(byteCount)
    val target = chunk.asWritableByteBuffer()
    while (target.hasRemaining()) {
        readAtMostTo(target)
    }
    return chunk
}

/**
 * Reads a stream to its end into a buffer of kotlinx-io, where parsers can take it. On the loop's thread.
 *
 * @param target gets a copy of the bytes, behind those that it has; where the stream fails it keeps what came before
 * @param maxLength how many bytes are taken at most; there must be a bound to what somebody else sends
 * @return how many bytes there were
 * @throws IllegalStateException if there are more; the stream is destroyed then
 * @throws Throwable the error of the stream
 * @sample io.gyre.coroutines.samples.kotlinxIoSample
 */
public suspend fun Readable<Buffer>.readAllTo(target: IoBuffer, maxLength: Long): Long {
    require(maxLength >= 0) { "maxLength is negative: $maxLength" }
    var length = 0L
    asFlow().collect { chunk ->
        check(chunk.length() <= maxLength - length) { "$this has more than $maxLength bytes" }
        length += chunk.length()
        target.write(chunk)
    }
    return length
}

/**
 * Writes all that a buffer of kotlinx-io holds, in chunks and at the pace of the stream. On the loop's thread. What the
 * stream has taken is removed from the buffer.
 *
 * @throws Throwable the error of a stream that breaks before it drains, or that has ended or is destroyed already
 */
public suspend fun Writable<Buffer>.awaitWrite(source: IoBuffer) {
    while (!source.exhausted()) {
        awaitWrite(source.readBuffer(source.size.coerceAtMost(CHUNK_SIZE).toInt()))
    }
}

private const val CHUNK_SIZE = 16_384L
