package io.gyre.samples.quickstart

import io.gyre.coroutines.coroutineScope
import io.gyre.coroutines.createServer
import io.gyre.fs.FileSystem
import io.gyre.fs.ReadStream
import io.gyre.http.ServerResponse
import io.gyre.loop.EventLoop
import java.io.ByteArrayOutputStream
import java.io.InputStream
import java.net.InetSocketAddress
import java.net.Socket
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import java.util.concurrent.locks.LockSupport

/** The quickstart's site on a loop of its own, with plain sockets as clients and a look at what it holds. */
internal class Service(folder: Path) : AutoCloseable {
    private val loop = EventLoop
        .builder()
        .name("quickstart")
        .build()
        .start()
    private val address: InetSocketAddress

    // Both are confined to the loop's thread.
    private val files = mutableListOf<ReadStream>()
    private var response: ServerResponse? = null

    /** @property read from the file so far
     * @property inStreams how much waits in the file's stream and in the response */
    class Held(val read: Long, val inStreams: Long)

    init {
        val listening = CompletableFuture<InetSocketAddress>()
        loop.execute {
            val site = Site(loop, folder) { path, options ->
                FileSystem.of(loop).createReadStream(path, options).also(files::add)
            }
            val server = loop.coroutineScope().createServer { request, answer ->
                response = answer
                site.answer(request, answer)
            }
            server.listen("127.0.0.1", 0) { listening.complete(server.address()) }
        }
        address = listening.get(30, TimeUnit.SECONDS)
    }

    fun connect(): Socket =
        Socket().apply {
            receiveBufferSize = 64 * 1024
            soTimeout = 60_000
            connect(address)
        }

    fun get(path: String, vararg fields: String): Answer = request("GET", path, *fields)

    fun request(method: String, path: String, vararg fields: String): Answer =
        connect().use { client ->
            client.send(method, path, "Connection: close", *fields)
            val input = client.getInputStream()
            Answer(readHead(input), input.readBytes().decodeToString())
        }

    private fun <T> onLoop(look: () -> T): T =
        CompletableFuture<T>().also { loop.execute { it.complete(look()) } }.get(30, TimeUnit.SECONDS)

    fun openFiles(): Int = onLoop { files.count { !it.isClosed } }

    /** Waits until the newest file is no longer read, for many looks in a row. */
    fun whenStalled(): Held {
        var last = -1L
        var same = 0
        eventually("the file is no longer read") {
            val now = onLoop { files.last().bytesRead() }
            same = if (now == last) same + 1 else 0
            last = now
            same >= 20
        }
        return onLoop {
            val file = files.last()
            Held(file.bytesRead(), file.readableLength().toLong() + response!!.writableLength())
        }
    }

    override fun close() {
        loop.shutdown(Duration.ofSeconds(30)).get(60, TimeUnit.SECONDS)
    }
}

internal class Answer(private val head: List<String>, val body: String) {
    val status: Int get() = head.first().split(' ')[1].toInt()

    fun header(name: String): String? =
        head.firstOrNull { it.startsWith("$name: ", ignoreCase = true) }?.substringAfter(": ")
}

internal fun Socket.send(method: String, path: String, vararg fields: String) {
    val head = listOf("$method $path HTTP/1.1", "Host: test", *fields, "", "").joinToString("\r\n")
    getOutputStream().write(head.toByteArray())
}

internal fun readHead(input: InputStream): List<String> {
    val bytes = ByteArrayOutputStream()
    while (!bytes.toString(Charsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        val next = input.read()
        check(next >= 0) { "the connection was closed within the head: $bytes" }
        bytes.write(next)
    }
    return bytes.toString(Charsets.ISO_8859_1).trim().split("\r\n")
}

internal fun countRest(input: InputStream, limit: Long): Long {
    val chunk = ByteArray(256 * 1024)
    var count = 0L
    while (count < limit) {
        val n = input.read(chunk)
        if (n < 0) break
        count += n
    }
    return count
}

/** Looks again and again until the condition holds. */
internal fun eventually(what: String, condition: () -> Boolean) {
    val deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60)
    while (!condition()) {
        check(System.nanoTime() < deadline) { "not within a minute: $what" }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5))
    }
}
