package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.stream.Pipeline
import io.gyre.stream.Readable
import io.gyre.stream.StreamException
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.FlowCollector
import kotlinx.coroutines.flow.flow
import java.io.IOException
import java.nio.ByteBuffer
import java.nio.CharBuffer
import java.nio.charset.Charset
import java.nio.charset.CodingErrorAction
import kotlin.coroutines.resume

/** The longest line, in UTF-16 code units, where the caller does not say. */
private const val MAX_LINE_LENGTH = 1 shl 20

/**
 * A line of a stream was longer than its reader allows. What the line held so far is dropped.
 *
 * @property lineNumber which line, counted from 1
 * @property maxLength how many UTF-16 code units were allowed
 */
public class LineTooLongException(public val lineNumber: Long, public val maxLength: Int) :
    IOException("line $lineNumber is longer than $maxLength characters")

/**
 * Offers the text of a byte stream as a flow of its lines, without their ends.
 *
 * A line ends in `\n` or `\r\n`, wherever the borders of the chunks are; a `\r` alone is part of its line. What follows
 * the last end is a line if it is not empty. Malformed input is replaced by the charset's replacement, as in [String].
 *
 * Pace, thread and end are those of [asFlow]. While lines of a chunk are collected, the chunk and the beginning of a
 * line are held beside what the stream reads ahead.
 *
 * @param charset how the bytes are to be read
 * @param maxLength the longest line allowed; a longer one breaks flow and stream with [LineTooLongException]
 */
public fun Readable<Buffer>.lines(
    charset: Charset = Charsets.UTF_8,
    maxLength: Int = MAX_LINE_LENGTH,
): Flow<String> {
    require(maxLength > 0) { "a line must be allowed at least one character, not $maxLength" }
    val chunks = asFlow()
    return flow {
        val splitter = LineSplitter(charset, maxLength, this)
        chunks.collect { splitter.take(it) }
        splitter.end()
    }
}

/**
 * Lends the lines of a byte stream to [block] and closes the stream, however the block ends: when this function returns,
 * the stream has freed what it held. Where the block fails or the coroutine is cancelled, that is under way. On the
 * loop's thread.
 *
 * ```
 * val errors = files.createReadStream(log).useLines { lines -> lines.count { "ERROR" in it } }
 * ```
 *
 * @param charset how the bytes are to be read
 * @param maxLength the longest line allowed, in UTF-16 code units
 * @param block given the [lines]; they can be collected once, and only here
 * @return what the block returns
 * @throws LineTooLongException if a line is longer than that
 * @throws Throwable the error of a stream that breaks
 */
public suspend fun <R> Readable<Buffer>.useLines(
    charset: Charset = Charsets.UTF_8,
    maxLength: Int = MAX_LINE_LENGTH,
    block: suspend (Flow<String>) -> R,
): R {
    loop().checkThread("useLines")
    val result = try {
        block(lines(charset, maxLength))
    } catch (e: Throwable) {
        destroyFrom(e)
        throw e
    }
    close()
    return result
}

/** Destroys the stream and waits until it has freed what it held. */
private suspend fun Readable<*>.close() {
    if (!loop().inEventLoop()) {
        return
    }
    val outcome = loop().suspendForLoop<Throwable?> { continuation ->
        Pipeline.finished(this) { continuation.resume(it) }
        destroy()
    }
    // Whether the block has read all of it is the block's affair.
    if (outcome != null && (outcome as? StreamException)?.code() != StreamException.PREMATURE_CLOSE) {
        throw outcome
    }
}

/** Turns chunks of bytes into lines of text. Confined to the coroutine that collects. */
private class LineSplitter(
    charset: Charset,
    private val maxLength: Int,
    private val lines: FlowCollector<String>,
) {
    private val decoder = charset
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .onUnmappableCharacter(CodingErrorAction.REPLACE)

    private val chars = CharBuffer.allocate(CHARS)

    /** The beginning of a line whose end has not come. */
    private val begun = StringBuilder()

    /** The bytes of a character whose last ones have not come. */
    private var cut = Buffer.empty()

    private var ended = 0L

    suspend fun take(chunk: Buffer) {
        val bytes = (if (cut.isEmpty) chunk else Buffer.concat(listOf(cut, chunk))).asByteBuffer()
        decode(bytes, isLast = false)
        cut = Buffer.copyOf(bytes)
    }

    suspend fun end() {
        decode(cut.asByteBuffer(), isLast = true)
        while (decoder.flush(chars).isOverflow) {
            split()
        }
        split()
        if (begun.isNotEmpty()) {
            checkLength(begun.length)
            emitBegun(begun.length)
        }
    }

    private suspend fun decode(bytes: ByteBuffer, isLast: Boolean) {
        do {
            val result = decoder.decode(bytes, chars, isLast)
            split()
        } while (result.isOverflow)
    }

    private suspend fun split() {
        chars.flip()
        var from = 0
        val text = chars.array()
        val end = chars.limit()
        for (at in 0 until end) {
            if (text[at] == '\n') {
                begun.appendRange(text, from, at)
                from = at + 1
                val length = if (begun.endsWith('\r')) begun.length - 1 else begun.length
                checkLength(length)
                emitBegun(length)
            }
        }
        begun.appendRange(text, from, end)
        // A return may belong to the end of the line.
        checkLength(if (begun.endsWith('\r')) begun.length - 1 else begun.length)
        chars.clear()
    }

    private suspend fun emitBegun(length: Int) {
        val line = begun.substring(0, length)
        begun.setLength(0)
        if (begun.capacity() > KEPT) {
            begun.trimToSize()
        }
        ended++
        lines.emit(line)
    }

    private fun checkLength(length: Int) {
        if (length > maxLength) {
            begun.setLength(0)
            begun.trimToSize()
            throw LineTooLongException(ended + 1, maxLength)
        }
    }

    private companion object {
        const val CHARS = 2048

        /** A long line does not hold its memory while short ones follow. */
        const val KEPT = 16 * 1024
    }
}
