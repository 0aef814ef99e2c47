package io.gyre.coroutines.testing

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.awaitWrite
import io.gyre.coroutines.createServer
import io.gyre.coroutines.pipeTo
import io.gyre.fs.FileSystem
import io.gyre.http.HttpServer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import java.io.IOException
import java.net.ConnectException
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.toJavaDuration

private const val PORT = 8080

/** Servers and clients talk in virtual time, through a network that behaves as the test says. */
internal class MemoryNetworkTest : FunSpec({
    test("a server answers a client, and each way takes its time") {
        runLoopTest {
            val server = backgroundScope.createServer { request, response ->
                delay(1.hours)
                response.end("${request.method()} ${request.url()} from ${request.remoteAddress() != null}")
            }
            server.listen(PORT)
            runCurrent()
            server.address()?.port shouldBe PORT
            network.latency(Duration.ofMillis(40))
            val answer = network.request(PORT, "/path")
            answer.status shouldBe 200
            answer.body.toString() shouldBe "GET /path from true"
            // There and back to connect, there and back to ask.
            currentTime shouldBe 1.hours.inWholeMilliseconds + 4 * 40
        }
    }

    test("a body goes both ways, in pieces and at the pace of the slower side") {
        runLoopTest {
            network.chunkSize(100).capacity(1_000).latency(Duration.ofMillis(1))
            backgroundScope
                .createServer { request, response ->
                    request
                        .asFlow()
                        .map { it.toString().uppercase() }
                        .onEach { delay(5) }
                        .map { Buffer.utf8(it) }
                        .pipeTo(response)
                }.listen(PORT)
            val text = "abcdefghij".repeat(1_000)
            val body = network.request(PORT, "/", method = "POST", body = Buffer.utf8(text)).body
            body.toString() shouldBe text.uppercase()
        }
    }

    test("a client that does not read holds its server up") {
        runLoopTest {
            network.capacity(8 * 1024)
            var sent = 0
            backgroundScope
                .createServer { _, response ->
                    flow {
                        repeat(1_000) {
                            emit(Buffer.alloc(1024))
                            sent++
                        }
                    }.pipeTo(response)
                }.listen(PORT)
            val client = network.open(PORT)
            client.awaitWrite(Buffer.utf8("GET / HTTP/1.1\r\nHost: here\r\n\r\n"))
            advanceTimeBy(1.seconds)
            // What the response, the channel, the network and the client's stream hold.
            val before = sent
            sent shouldBeLessThanOrEqual 1 + 64 + 64 + 8 + 64
            client.asFlow().take(100).count() shouldBe 100
            (sent > before) shouldBe true
        }
    }

    test("connections wait in line, and their order is kept") {
        runLoopTest {
            val log = mutableListOf<String>()
            backgroundScope
                .createServer { request, response ->
                    log += request.url()
                    response.end()
                }.listen(PORT)
            network.latency(Duration.ofMillis(10))
            (1..5).map { async { network.request(PORT, "/$it").status } }.awaitAll() shouldContainExactly
                List(5) { 200 }
            log shouldContainExactly (1..5).map { "/$it" }
            currentTime shouldBe 40
        }
    }

    test("nobody listens: the connection is refused after the time there and back") {
        runLoopTest {
            network.latency(Duration.ofMillis(30))
            shouldThrow<ConnectException> { network.open(PORT) }.message shouldContain "ECONNREFUSED"
            currentTime shouldBe 60
        }
    }

    test("a port is taken once, and free again when the server is closed") {
        runLoopTest {
            val first = HttpServer.create(loop) { _, response -> response.end() }.listen(PORT)
            val second = HttpServer.create(loop) { _, response -> response.end() }
            var message: String? = null
            second.onError { message = it.message }
            second.listen(PORT)
            runCurrent()
            message shouldContain "EADDRINUSE"
            first.close()
            runCurrent()
            val third = HttpServer.create(loop) { _, response -> response.end() }.listen(PORT)
            network.request(PORT, "/").status shouldBe 200
            third.close()
            val free = HttpServer.create(loop) { _, response -> response.end() }.listen(0)
            runCurrent()
            network.request(free.address()!!.port, "/").status shouldBe 200
            free.close()
        }
    }

    test("a client that goes away cancels its request, and nothing is left") {
        runLoopTest {
            val log = mutableListOf<String>()
            backgroundScope
                .createServer { _, _ ->
                    try {
                        awaitCancellation()
                    } catch (e: CancellationException) {
                        log += "cancelled at $currentTime"
                        throw e
                    }
                }.listen(PORT)
            network.latency(Duration.ofMillis(5))
            val client = launch { network.request(PORT, "/") }
            advanceTimeBy(1.seconds)
            network.connections().size shouldBe 1
            client.cancel()
            advanceTimeBy(10.milliseconds)
            log shouldContainExactly listOf("cancelled at 1005")
            network.connections().shouldBeEmpty()
        }
    }

    test("a connection that is cut breaks both ends") {
        runLoopTest {
            val log = mutableListOf<String>()
            backgroundScope
                .createServer { request, response ->
                    request.asFlow().toList()
                    response.end()
                }.listen(PORT)
            val client = network.open(PORT)
            client.awaitWrite(Buffer.utf8("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nab"))
            runCurrent()
            launch { shouldThrow<IOException> { client.asFlow().toList() }.message?.let(log::add) }
            runCurrent()
            client.connection().reset()
            runCurrent()
            log.single() shouldStartWith "Connection reset"
            network.connections().shouldBeEmpty()
        }
    }

    test("a peer that is lost without a word is found by the server's timeout") {
        runLoopTest {
            val server = HttpServer.builder(loop).requestTimeout(10.seconds.toJavaDuration())
            val failures = mutableListOf<String>()
            val running = backgroundScope.createServer(server, onError = {
                _,
                error,
                ->
                failures += "$error"
            }) { request, _ ->
                request.asFlow().toList()
            }
            running.listen(PORT)
            val client = network.open(PORT)
            client.awaitWrite(Buffer.utf8("POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nab"))
            runCurrent()
            network.connections().single().stall()
            client.awaitWrite(Buffer.utf8("cde"))
            advanceTimeBy(5.seconds)
            running.connectionCount() shouldBe 1
            advanceTimeBy(30.seconds)
            running.connectionCount() shouldBe 0
            client.destroy()
        }
    }

    test("a stall that ends loses nothing") {
        runLoopTest {
            backgroundScope.createServer { _, response -> response.end("well") }.listen(PORT)
            val client = network.open(PORT)
            client.connection().stall()
            client.awaitWrite(Buffer.utf8("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"))
            advanceTimeBy(10.seconds)
            client.connection().resume()
            client.asFlow().toList().joinToString("") shouldContain "\r\n\r\nwell"
        }
    }

    test("files go over the network, by reference as over a socket") {
        val file = tempfile().apply { writeText("0123456789".repeat(50_000)) }
        runLoopTest {
            network.capacity(10_000)
            backgroundScope
                .createServer { _, response ->
                    FileSystem.of(loop).createReadStream(file.toPath()).pipe(response)
                }.listen(PORT)
            network.request(PORT, "/").body.length() shouldBe 500_000
        }
    }

    test("an empty flow is an empty body") {
        runLoopTest {
            backgroundScope.createServer { _, response -> emptyFlow<Buffer>().pipeTo(response) }.listen(PORT)
            network.request(PORT, "/").body.isEmpty shouldBe true
            network.request(PORT, "/", method = "HEAD").status shouldBe 200
        }
    }

    test("an idle connection is closed after its keep-alive time, not by the end of the test") {
        runLoopTest {
            val server = backgroundScope.createServer { _, response -> response.end() }
            server.listen(PORT)
            val client = network.open(PORT)
            client.awaitWrite(Buffer.utf8("GET / HTTP/1.1\r\nHost: here\r\n\r\n"))
            val read = async { client.asFlow().toList().joinToString("") }
            advanceTimeBy(4.seconds)
            server.connectionCount() shouldBe 1
            read.await() shouldStartWith "HTTP/1.1 200"
            runCurrent()
            server.connectionCount() shouldBe 0
        }
    }
})
