package io.gyre.coroutines.testing

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.await
import io.gyre.coroutines.awaitWrite
import io.gyre.testing.MemoryNetwork
import io.gyre.testing.MemorySocket
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.flow.takeWhile
import java.net.ProtocolException

/**
 * Connects to a server of this network and waits for the connection. On the loop's thread.
 *
 * The socket is a stream of bytes both ways: `awaitWrite` and `asFlow` work on it. It is the caller's to end or destroy;
 * a coroutine that is cancelled while it waits leaves none behind.
 *
 * @throws java.net.ConnectException if nobody listens there
 * @sample io.gyre.coroutines.samples.socketSample
 */
public suspend fun MemoryNetwork.open(port: Int): MemorySocket {
    val opening = connect(port)
    try {
        return opening.await()
    } catch (e: CancellationException) {
        opening.await({ it.destroy() }, { })
        throw e
    }
}

/**
 * What a server answered to [request].
 *
 * @property status the status code
 * @property headers the values of each field, by its name in lower case
 * @property body all of it, without the encoding of its transfer
 */
public class MemoryHttpResponse internal constructor(
    public val status: Int,
    public val headers: Map<String, List<String>>,
    public val body: Buffer,
) {
    /** Returns the first value of a field, whatever the case of its name, or null. */
    public fun header(name: String): String? = headers[name.lowercase()]?.first()

    /** Shows the status, the fields and how long the body is. */
    override fun toString(): String = "$status $headers, ${body.length()} bytes"
}

/**
 * Makes one HTTP/1.1 request on a connection of its own and waits for the whole response. On the loop's thread.
 *
 * @param port where the server listens
 * @param path what is asked for
 * @param method how
 * @param headers further fields; `Host` and `Connection: close` are there already, and `Content-Length` with a body
 * @param body what is sent, if anything
 * @throws java.io.IOException if nobody listens there, the connection is lost, or what comes is no response
 * @sample io.gyre.coroutines.samples.networkSample
 */
public suspend fun MemoryNetwork.request(
    port: Int,
    path: String,
    method: String = "GET",
    headers: Map<String, String> = emptyMap(),
    body: Buffer? = null,
): MemoryHttpResponse {
    val socket = open(port)
    try {
        val head = StringBuilder("$method $path HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")
        headers.forEach { (name, value) -> head.append("$name: $value\r\n") }
        if (body != null) {
            head.append("Content-Length: ${body.length()}\r\n")
        }
        socket.awaitWrite(Buffer.utf8("$head\r\n"))
        if (body != null && !body.isEmpty) {
            socket.awaitWrite(body)
        }
        val response = ResponseParser(hasBody = method != "HEAD")
        socket.asFlow().takeWhile { !response.take(it) }.collect { }
        return response.atEnd()
    } finally {
        if (socket.loop().inEventLoop()) {
            socket.destroy()
        }
    }
}

/** Puts a response together from the pieces in which it arrives. */
internal class ResponseParser(private val hasBody: Boolean) {
    private enum class State { HEAD, LENGTH, UNTIL_CLOSE, CHUNK_SIZE, CHUNK, CHUNK_END, TRAILERS, DONE }

    private var state = State.HEAD
    private var input = Buffer.empty()
    private var status = 0
    private val headers = LinkedHashMap<String, MutableList<String>>()
    private val body = ArrayList<Buffer>()
    private var left = 0

    /** Takes a piece, and says whether the response is complete. */
    fun take(piece: Buffer): Boolean {
        input = if (input.isEmpty) piece else Buffer.concat(listOf(input, piece))
        while (step()) {
            // Each step takes something from the input.
        }
        return state == State.DONE
    }

    /** The connection has ended, or the response is complete. */
    fun atEnd(): MemoryHttpResponse {
        if (state != State.DONE && state != State.UNTIL_CLOSE) {
            throw ProtocolException("the connection was closed within the response: $state")
        }
        return MemoryHttpResponse(status, headers, Buffer.concat(body))
    }

    private fun step(): Boolean =
        when (state) {
            State.HEAD -> head()
            State.LENGTH -> bytes(State.DONE)
            State.UNTIL_CLOSE -> bytesUntilClose()
            State.CHUNK_SIZE -> chunkSize()
            State.CHUNK -> bytes(State.CHUNK_END)
            State.CHUNK_END -> line() != null && goTo(State.CHUNK_SIZE)
            State.TRAILERS -> trailer()
            State.DONE -> false
        }

    private fun goTo(next: State): Boolean {
        state = next
        return true
    }

    private fun line(): String? {
        val end = input.indexOf("\r\n")
        if (end < 0) {
            return null
        }
        val line = input.slice(0, end).toString()
        input = input.slice(end + 2)
        return line
    }

    private fun head(): Boolean {
        val end = input.indexOf("\r\n\r\n")
        if (end < 0) {
            return false
        }
        val lines = input.slice(0, end).toString().split("\r\n")
        input = input.slice(end + 4)
        status = lines
            .first()
            .split(' ')
            .getOrNull(1)
            ?.toIntOrNull()
            ?: throw ProtocolException("not a response: ${lines.first()}")
        headers.clear()
        lines.drop(1).forEach(::field)
        return goTo(afterHead())
    }

    private fun field(line: String) {
        val colon = line.indexOf(':')
        if (colon < 0) {
            throw ProtocolException("not a header field: $line")
        }
        headers.getOrPut(line.take(colon).trim().lowercase()) { ArrayList() } += line.drop(colon + 1).trim()
    }

    private fun afterHead(): State {
        if (status in 100..199) {
            return State.HEAD
        }
        if (!hasBody || status == 204 || status == 304) {
            return State.DONE
        }
        if (headers["transfer-encoding"]?.last().equals("chunked", ignoreCase = true)) {
            return State.CHUNK_SIZE
        }
        val length = headers["content-length"]?.first() ?: return State.UNTIL_CLOSE
        left = length.toInt()
        return if (left == 0) State.DONE else State.LENGTH
    }

    private fun bytes(next: State): Boolean {
        val taken = minOf(left, input.length())
        if (taken == 0) {
            return false
        }
        body += input.slice(0, taken)
        input = input.slice(taken)
        left -= taken
        return left > 0 || goTo(next)
    }

    private fun bytesUntilClose(): Boolean {
        if (!input.isEmpty) {
            body += input
            input = Buffer.empty()
        }
        return false
    }

    private fun chunkSize(): Boolean {
        val line = line() ?: return false
        left = line.substringBefore(';').trim().toInt(radix = 16)
        return goTo(if (left == 0) State.TRAILERS else State.CHUNK)
    }

    private fun trailer(): Boolean {
        val line = line() ?: return false
        return if (line.isEmpty()) goTo(State.DONE) else true
    }
}
