package io.gyre.samples

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.await
import io.gyre.coroutines.createServer
import io.gyre.coroutines.pipeTo
import io.gyre.coroutines.runLoop
import io.gyre.http.HttpServer
import io.gyre.http.IncomingMessage
import io.gyre.loop.EventLoop
import io.gyre.reactor.Demand
import io.gyre.reactor.LoopFlux
import io.gyre.reactor.LoopSubscribers
import io.gyre.stream.AbstractWritable
import io.gyre.stream.Callback
import io.gyre.stream.Pipeline
import io.gyre.stream.StreamException
import io.gyre.stream.StreamOptions
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.longs.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.suspendCancellableCoroutine
import java.io.IOException
import java.net.InetAddress
import java.net.Socket
import java.util.concurrent.atomic.AtomicLong
import kotlin.coroutines.resume
import kotlin.math.max
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

private const val UPLOAD = 200L * 1024 * 1024
private const val BLOCK = 64 * 1024

/** What the server reads ahead by itself. */
private const val REQUEST_MARK = 64 * 1024
private const val SINK_MARK = 16 * 1024

/** The marks of request and sink, and beside each two chunks: a chunk is what waits in the request, or the decoder's. */
private const val MOST_HELD = REQUEST_MARK + SINK_MARK + 2 * BLOCK + 2 * (REQUEST_MARK + BLOCK)

/** What the system keeps between two sockets; it grows with their speed. */
private const val SOCKET_BUFFERS = 24L * 1024 * 1024

/**
 * An upload of 200 MB to a reader that is slower than its client, in each style: the streams hold their high-water marks
 * and no more, and the client is held back. Time is scaled down; `benchmarks/upload/run.sh` measures the real thing.
 */
internal class UploadTest : FunSpec({
    val styles = mapOf<String, suspend (IncomingMessage, SlowReader) -> Unit>(
        "a pipeline" to { request, sink -> Pipeline.run(request, sink).await() },
        "a flow" to { request, sink -> request.asFlow().pipeTo(sink) },
        "a flux" to { request, sink ->
            val subscriber = LoopSubscribers.into<Buffer>(sink)
            LoopFlux.from(request).subscribe(subscriber)
            subscriber.completion().awaitSingleOrNull()
        },
        "a flux that counts bytes" to { request, sink ->
            val subscriber = LoopSubscribers.into<Buffer>(sink, Demand.bytes())
            LoopFlux.from(request, Demand.bytes()).subscribe(subscriber)
            subscriber.completion().awaitSingleOrNull()
        },
    )

    for ((name, copy) in styles) {
        test("through $name") {
            val upload = upload { request, sink -> copy(request, sink) }
            upload.sink.taken shouldBe UPLOAD
            upload.sink.problem shouldBe null
            upload.answer shouldContain "200 OK"
            withClue("held by the streams at most") { upload.sink.mostHeld shouldBeLessThan MOST_HELD + 1 }
            withClue("the client was ahead at most") { upload.sink.mostAhead shouldBeLessThan SOCKET_BUFFERS }
            // Otherwise nothing was held back, and the test tests nothing.
            withClue("held by the streams at most") { upload.sink.mostHeld shouldBeGreaterThan SINK_MARK }
        }
    }

    test("a writer that ignores false breaks the stream at its limit, and not the heap") {
        val limit = 1024 * 1024
        val upload = upload(
            StreamOptions.bytes().highWaterMark(SINK_MARK).maxBufferedLength(limit),
            // Slower than any client.
            pause = 1.hours,
        ) { request, sink ->
            request.onData { sink.write(it) }
            request.onEnd { sink.end() }
            request.onError { }
            Pipeline.finished(sink).await()
        }
        upload.failure.shouldBeInstanceOf<StreamException>().code() shouldBe StreamException.BUFFER_LIMIT
        upload.sink.taken shouldBeLessThan UPLOAD
        upload.sink.mostHeld shouldBeLessThan limit + REQUEST_MARK + 2 * BLOCK
    }
})

private class Upload(val sink: SlowReader, val answer: String, val failure: Throwable?)

private fun upload(
    options: StreamOptions<Buffer> = StreamOptions.bytes().highWaterMark(SINK_MARK),
    pause: Duration = 1.milliseconds,
    copy: suspend (IncomingMessage, SlowReader) -> Unit,
): Upload =
    runLoop {
        val sent = AtomicLong()
        val sink = SlowReader(loop, options, pause, sent)
        var failure: Throwable? = null
        val server = createServer(HttpServer.builder(loop).highWaterMark(REQUEST_MARK)) { request, response ->
            sink.request = request
            try {
                copy(request, sink)
                response.end("done")
            } catch (e: Throwable) {
                failure = e
                response.destroy()
            }
        }
        suspendCancellableCoroutine { listening ->
            server.listen(InetAddress.getLoopbackAddress().hostAddress, 0) { listening.resume(Unit) }
        }
        val address = server.address()!!
        val answer = async(Dispatchers.IO) { Socket(address.address, address.port).use { send(it, sent) } }.await()
        server.close()
        Upload(sink, answer, failure)
    }

/** Uploads as fast as the other side takes it, and returns the answer. */
private fun send(socket: Socket, sent: AtomicLong): String =
    try {
        val out = socket.getOutputStream()
        out.write("POST / HTTP/1.1\r\nHost: test\r\nConnection: close\r\nContent-Length: $UPLOAD\r\n\r\n".toByteArray())
        val block = ByteArray(BLOCK) { (it % PATTERN).toByte() }
        // So many that the pattern goes on in the next block.
        val whole = BLOCK - BLOCK % PATTERN
        while (sent.get() < UPLOAD) {
            val size = minOf(whole.toLong(), UPLOAD - sent.get()).toInt()
            out.write(block, 0, size)
            sent.addAndGet(size.toLong())
        }
        socket.getInputStream().readBytes().decodeToString()
    } catch (e: IOException) {
        e.toString()
    }

private const val PATTERN = 251

/** Takes a piece, makes a pause, takes the next one; and looks at what is held before it at each step. */
private class SlowReader(
    loop: EventLoop,
    options: StreamOptions<Buffer>,
    private val pause: Duration,
    private val sent: AtomicLong,
) : AbstractWritable<Buffer>(loop, options) {
    lateinit var request: IncomingMessage
    var taken = 0L
        private set
    var mostHeld = 0
        private set
    var mostAhead = 0L
        private set
    var problem: String? = null
        private set
    private var credit = PIECE

    override fun doWrite(chunk: Buffer, callback: Callback) {
        look(chunk)
        credit -= chunk.length()
        if (credit > 0) {
            taken(chunk, callback)
        } else {
            // The request keeps the loop alive for as long as it lasts.
            loop()
                .setTimeout({
                    look(chunk)
                    credit = PIECE
                    taken(chunk, callback)
                }, pause.inWholeMilliseconds)
                .unref()
        }
    }

    private fun taken(chunk: Buffer, callback: Callback) {
        taken += chunk.length()
        callback.done()
    }

    private fun look(chunk: Buffer) {
        mostHeld = max(mostHeld, request.readableLength() + writableLength())
        mostAhead = max(mostAhead, sent.get() - taken)
        for (at in listOf(0, chunk.length() - 1)) {
            val expected = ((taken + at) % PATTERN).toByte()
            if (chunk[at] != expected) {
                problem = problem ?: "byte ${taken + at} is ${chunk[at]}, not $expected"
            }
        }
    }

    private companion object {
        const val PIECE = 256 * 1024
    }
}
