package io.gyre.samples.quickstart

import io.gyre.http.IncomingMessage
import io.gyre.http.ServerResponse
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.time.format.DateTimeParseException
import java.util.Locale

private val HTTP_DATE: DateTimeFormatter =
    DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US).withZone(ZoneOffset.UTC)

/**
 * Sets status and header fields for a file: whole, a part of it, unchanged, or a part that does not exist.
 *
 * @return the bytes to send, or null if the head is the whole answer
 */
internal fun ServerResponse.beginFile(file: Found.File, request: IncomingMessage): LongRange? {
    val modified = HTTP_DATE.format(file.modified)
    setHeader("Last-Modified", modified)
    setHeader("Accept-Ranges", "bytes")
    val since = request.header("If-Modified-Since")?.toHttpDate()
    if (since != null && !file.modified.isAfter(since)) {
        statusCode(304)
        return null
    }
    setHeader("Content-Type", contentType(file.path.fileName.toString()))
    // A part is only good for those who hold the rest of the same version.
    val ifRange = request.header("If-Range")
    val asked = if (ifRange == null || ifRange == modified) request.header("Range") else null
    return when (val range = parseRange(asked, file.size)) {
        Range.Whole -> {
            setHeader("Content-Length", file.size)
            0 until file.size
        }
        Range.Unsatisfiable -> {
            statusCode(416)
            setHeader("Content-Range", "bytes */${file.size}")
            null
        }
        is Range.Part -> {
            statusCode(206)
            setHeader("Content-Range", "bytes ${range.bytes.first}-${range.bytes.last}/${file.size}")
            setHeader("Content-Length", range.bytes.last - range.bytes.first + 1)
            range.bytes
        }
    }
}

private fun String.toHttpDate(): Instant? =
    try {
        HTTP_DATE.parse(this, Instant::from)
    } catch (_: DateTimeParseException) {
        null
    }

/** What a `Range` field asks for. */
internal sealed interface Range {
    data object Whole : Range

    data object Unsatisfiable : Range

    data class Part(val bytes: LongRange) : Range
}

private val SINGLE_RANGE = Regex("""bytes=\s*(\d*)-(\d*)\s*""")

/** Reads a `Range` field. One that asks for several parts, or says nothing sensible, is left aside as HTTP allows. */
internal fun parseRange(field: String?, size: Long): Range {
    val (from, to) = SINGLE_RANGE.matchEntire(field ?: return Range.Whole)?.destructured ?: return Range.Whole
    if (from.isEmpty()) {
        val last = to.ifEmpty { return Range.Whole }.toLongOrNull() ?: size
        return if (last == 0L || size == 0L) {
            Range.Unsatisfiable
        } else {
            Range.Part((size - last).coerceAtLeast(0) until size)
        }
    }
    val first = from.toLongOrNull() ?: return Range.Unsatisfiable
    val last = if (to.isEmpty()) Long.MAX_VALUE else to.toLongOrNull() ?: Long.MAX_VALUE
    return when {
        last < first -> Range.Whole
        first >= size -> Range.Unsatisfiable
        else -> Range.Part(first..last.coerceAtMost(size - 1))
    }
}

/** The type of a file, by the end of its name. */
internal fun contentType(name: String): String =
    when (name.substringAfterLast('.', "").lowercase(Locale.ROOT)) {
        "html", "htm" -> "text/html; charset=utf-8"
        "txt", "md" -> "text/plain; charset=utf-8"
        "css" -> "text/css; charset=utf-8"
        "js" -> "text/javascript; charset=utf-8"
        "json" -> "application/json"
        "svg" -> "image/svg+xml"
        "png" -> "image/png"
        "jpg", "jpeg" -> "image/jpeg"
        "gif" -> "image/gif"
        "webp" -> "image/webp"
        "pdf" -> "application/pdf"
        "mp4" -> "video/mp4"
        else -> "application/octet-stream"
    }
