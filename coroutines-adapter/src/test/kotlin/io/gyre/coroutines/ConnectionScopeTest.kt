package io.gyre.coroutines

import io.gyre.http.HttpServer
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.isActive
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import java.net.Socket
import java.time.Duration

/** A connection's scope, between the server's and those of its requests. */
internal class ConnectionScopeTest : FunSpec({
    /** A client that keeps its connection. To be used off the loop. */
    class Client(server: HttpServer) : AutoCloseable {
        private val socket = server.address()!!.let { Socket(it.address, it.port) }

        suspend fun send(path: String) = withContext(Dispatchers.IO) {
            socket.getOutputStream().write("GET $path HTTP/1.1\r\nHost: test\r\n\r\n".toByteArray())
        }

        /** Reads as much as an answer without a date and with a body of two bytes has. */
        suspend fun fetch(path: String): String = withContext(Dispatchers.IO) {
            send(path)
            val input = socket.getInputStream()
            val text = StringBuilder()
            while (!text.endsWith("\r\n\r\nok")) {
                val byte = input.read()
                if (byte < 0) break
                text.append(byte.toChar())
            }
            text.toString()
        }

        /** Waits until the server has closed the connection, and gives what came before. */
        suspend fun rest(): String = withContext(Dispatchers.IO) {
            runCatching { socket.getInputStream().readBytes().decodeToString() }.getOrDefault("")
        }

        override fun close() = socket.close()
    }

    /** Keeps an idle connection for as long as the test may take to ask again. */
    fun LoopScope.patiently() = HttpServer.builder(loop).keepAliveTimeout(Duration.ofMinutes(10))

    fun Job.ancestors() = generateSequence(this) {
        @OptIn(kotlinx.coroutines.ExperimentalCoroutinesApi::class)
        it.parent
    }

    test("requests of a connection share its scope, those of another have another, and both are the server's") {
        runLoop {
            val jobs = mutableListOf<Job>()
            val parents = mutableListOf<List<Job>>()
            val scope = loop.coroutineScope()
            val server = scope.createServer(patiently()) { _, response ->
                jobs += connection.coroutineContext.job
                parents += coroutineContext.job.ancestors().toList()
                connection.loop shouldBe loop
                response.end("ok")
            }
            server.listenLocally()
            Client(server).use { first ->
                Client(server).use { second ->
                    first.fetch("/1")
                    second.fetch("/2")
                    first.fetch("/3")
                }
            }
            jobs[0] shouldBe jobs[2]
            jobs[0] shouldNotBe jobs[1]
            parents[0][0] shouldNotBe parents[2][0]
            parents[0].drop(1) shouldBe parents[2].drop(1)
            parents[0].drop(2) shouldBe parents[1].drop(2)
            parents.forEach { it shouldContainExactly (it.take(3) + scope.coroutineContext.job.ancestors()) }
            server.close()
        }
    }

    test("what lives in the scope outlasts its request, and is cancelled when the client goes away") {
        runLoop {
            val cancelled = CompletableDeferred<String?>()
            val late = CompletableDeferred<Job>()
            val server = createServer(patiently()) { _, response ->
                if (cancelled.isActive &&
                    connection.coroutineContext.job.children
                        .none()
                ) {
                    connection
                        .launch {
                            try {
                                awaitCancellation()
                            } catch (e: CancellationException) {
                                cancelled.complete(e.message)
                                throw e
                            }
                        }.invokeOnCompletion { late.complete(connection.launch { awaitCancellation() }) }
                }
                response.end("ok")
            }
            server.listenLocally()
            Client(server).use { client ->
                client.fetch("/first") shouldEndWith "ok"
                client.fetch("/second") shouldEndWith "ok"
                cancelled.isActive shouldBe true
            }
            cancelled.await()!! shouldContain "was closed"
            // Nothing starts in a scope that is over.
            late.await().join()
            server.close()
        }
    }

    test("cancelling the scope closes the connection and cancels its requests, and no others") {
        val log = mutableListOf<String>()
        runLoop {
            val scopes = mutableMapOf<String, LoopScope>()
            val waiting = CompletableDeferred<Unit>()
            val server = createServer(patiently()) { request, response ->
                scopes[request.path()] = connection
                when (request.path()) {
                    "/answered" -> {
                        response.end("ok")
                        // Still at work for a request that has its answer.
                        try {
                            awaitCancellation()
                        } finally {
                            log += "answered"
                        }
                    }
                    "/waits" -> try {
                        waiting.complete(Unit)
                        awaitCancellation()
                    } finally {
                        log += "waits"
                    }
                    else -> response.end("ok")
                }
            }
            server.listenLocally()
            Client(server).use { other ->
                other.fetch("/other") shouldEndWith "ok"
                Client(server).use { client ->
                    client.fetch("/answered") shouldEndWith "ok"
                    client.send("/waits")
                    waiting.await()
                    scopes["/waits"] shouldBe scopes["/answered"]
                    scopes.getValue("/waits").cancel()
                    client.rest() shouldBe ""
                }
                // Both are resumed in microtasks, and the client's thread may be faster.
                while (log.size < 2) delay(1)
                log shouldContainExactlyInAnyOrder listOf("answered", "waits")
                scopes.getValue("/other").isActive shouldBe true
                other.fetch("/other") shouldEndWith "ok"
            }
            server.close()
        }
    }

    test("cancelled from another thread it is the same") {
        runLoop {
            val scope = CompletableDeferred<LoopScope>()
            val over = CompletableDeferred<Unit>()
            val server = createServer { _, _ ->
                try {
                    scope.complete(connection)
                    awaitCancellation()
                } finally {
                    over.complete(Unit)
                }
            }
            server.listenLocally()
            Client(server).use { client ->
                client.send("/")
                withContext(Dispatchers.Default) { scope.await().cancel() }
                client.rest() shouldBe ""
            }
            over.await()
            server.close()
        }
    }

    test("a coroutine of the scope that fails harms neither the connection nor its requests") {
        val failures = mutableListOf<String?>()
        runLoop {
            val scope = loop.coroutineScope(CoroutineExceptionHandler { _, e -> failures += e.message })
            val server = scope.createServer(patiently()) { request, response ->
                if (request.path() == "/fails") connection.launch { error("in the connection") }.join()
                connection.isActive shouldBe true
                response.end("ok")
            }
            server.listenLocally()
            Client(server).use { client ->
                client.fetch("/fails") shouldEndWith "ok"
                client.fetch("/") shouldStartWith "HTTP/1.1 200"
            }
            server.close()
        }
        failures shouldContainExactly listOf("in the connection")
    }

    test("a server that is closed ends the scopes of its connections; one that is cancelled waits for them") {
        for (cancels in listOf(false, true)) {
            val log = mutableListOf<String>()
            runLoop {
                val scope = loop.coroutineScope()
                val server = scope.createServer { _, response ->
                    connection.launch {
                        try {
                            awaitCancellation()
                        } finally {
                            withContext(NonCancellable) { delay(2) }
                            log += "connection"
                        }
                    }
                    response.end("ok")
                }
                server.listenLocally()
                Client(server).use { client ->
                    client.fetch("/") shouldEndWith "ok"
                    if (cancels) scope.cancel() else server.close()
                    client.rest() shouldBe ""
                }
                if (cancels) {
                    scope.coroutineContext.job.join()
                } else {
                    scope.coroutineContext.job.children
                        .toList()
                        .forEach { it.join() }
                }
                log += "scope"
            }
            log shouldContainExactly listOf("connection", "scope")
        }
    }

    test("connections that are gone leave nothing with the server") {
        runLoop {
            val scope = loop.coroutineScope()
            val server = scope.createServer { request, response ->
                if (request.path() == "/scope") connection.launch { awaitCancellation() }
                delay(1)
                response.end("ok")
            }
            server.listenLocally()
            val job = scope.coroutineContext.job.children
                .single()
            repeat(20) { server.fetch(if (it % 2 == 0) "/scope" else "/") shouldEndWith "ok" }
            while (server.connectionCount() > 0) delay(1)
            while (job.children.count() > 1) delay(1)
            server.close()
            job.join()
        }
    }
})
