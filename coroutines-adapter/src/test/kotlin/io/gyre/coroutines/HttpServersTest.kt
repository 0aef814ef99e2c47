package io.gyre.coroutines

import io.gyre.http.HttpServer
import io.gyre.loop.AsyncLocalStorage
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import java.net.InetAddress
import java.net.Socket
import kotlin.coroutines.resume

/** Suspending request handlers over real sockets. */
internal class HttpServersTest : FunSpec({
    test("a handler answers at once or after it was suspended, on the loop's thread") {
        runLoop {
            val loopThread = Thread.currentThread()
            val server = createServer { request, response ->
                if (request.path() == "/later") delay(2)
                Thread.currentThread() shouldBeSameInstanceAs loopThread
                response.end("hello from ${request.path()}")
            }
            server.listenOnLoopback()
            server.get("/now") shouldEndWith "hello from /now"
            val later = server.get("/later")
            later shouldEndWith "hello from /later"
            later shouldContain "Content-Length: 17"
            server.close()
        }
    }

    test("a handler that fails answers 500 and fails neither the server nor the loop") {
        val errors = mutableListOf<String?>()
        runLoop {
            val server = createServer(onError = {
                request,
                error,
                ->
                errors += "$request: ${error.message}"
            }) { request, response ->
                response.setHeader("X-Secret", "not for errors")
                if (request.path() == "/later") delay(1)
                if (request.path() != "/good") error("fails")
                response.end("good")
            }
            server.listenOnLoopback()
            server.get("/at-once") shouldStartWith "HTTP/1.1 500 "
            val later = server.get("/later")
            later shouldStartWith "HTTP/1.1 500 "
            later.contains("X-Secret") shouldBe false
            server.get("/good") shouldEndWith "good"
            server.close()
        }
        errors shouldContainExactly listOf("GET /at-once: fails", "GET /later: fails")
    }

    test("a client that goes away cancels its handler, and no other") {
        runLoop {
            val cancelled = CompletableDeferred<String?>()
            val waiting = CompletableDeferred<Unit>()
            val server = createServer { request, response ->
                if (request.path() == "/good") return@createServer response.end("good")
                try {
                    waiting.complete(Unit)
                    awaitCancellation()
                } catch (e: CancellationException) {
                    cancelled.complete(e.message)
                    throw e
                }
            }
            server.listenOnLoopback()
            val address = server.address()!!
            withContext(Dispatchers.IO) {
                Socket(address.address, address.port).use { client ->
                    client.setSoLinger(true, 0)
                    client.getOutputStream().write("GET /bad HTTP/1.1\r\nHost: test\r\n\r\n".toByteArray())
                    waiting.await()
                }
            }
            cancelled.await()!! shouldContain "GET /bad"
            server.get("/good") shouldEndWith "good"
            server.close()
        }
    }

    test("a scope that is cancelled closes its server and cancels what is under way") {
        val log = mutableListOf<String>()
        runLoop {
            val scope = loop.coroutineScope()
            val waiting = CompletableDeferred<Unit>()
            val server = scope.createServer { _, _ ->
                try {
                    waiting.complete(Unit)
                    awaitCancellation()
                } finally {
                    log += "cancelled"
                }
            }
            server.listenOnLoopback()
            server.onClose { log += "closed" }
            val answer = server.getLater("/")
            waiting.await()
            scope.cancel()
            answer.await() shouldBe ""
        }
        log shouldContainExactly listOf("cancelled", "closed")
    }

    test("a child that fails is told of, cancels its request and no other") {
        val errors = mutableListOf<String?>()
        runLoop {
            val server = createServer(onError = { request, error -> errors += "$request: ${error.message}" }) {
                request,
                response,
                ->
                if (request.path() == "/good") return@createServer response.end("good")
                launch {
                    delay(1)
                    error("child fails")
                }
                awaitCancellation()
            }
            server.listenOnLoopback()
            server.get("/bad") shouldBe ""
            server.get("/good") shouldEndWith "good"
            server.close()
        }
        errors shouldContainExactly listOf("GET /bad: child fails")
    }

    test("children of a handler that has returned belong to the request, and the server waits for them") {
        val log = mutableListOf<String>()
        runLoop {
            val server = createServer { _, response ->
                launch {
                    delay(20)
                    log += "child"
                }
                response.end("answered")
            }
            server.listenOnLoopback()
            server.get("/") shouldEndWith "answered"
            server.close()
        }
        log shouldContainExactly listOf("child")
    }

    test("a context frame entered by a handler lasts over its suspensions and is seen by no other request") {
        val user = AsyncLocalStorage<String>("user")
        val seen = mutableListOf<String>()
        runLoop {
            val server = createServer { request, response ->
                seen += "before ${user.store}"
                user.enterWith(request.path())
                if (request.path() == "/later") delay(2)
                seen += "after ${user.store}"
                response.end()
            }
            server.listenOnLoopback()
            server.get("/now")
            server.get("/later")
            server.get("/now")
            server.close()
        }
        seen shouldContainExactly
            listOf("before null", "after /now", "before null", "after /later", "before null", "after /now")
    }

    test("thread elements of the scope are installed before and after a suspension") {
        val local = ThreadLocal<String>()
        val seen = mutableListOf<String?>()
        runLoop {
            val scope = loop.coroutineScope(local.asContextElement("installed"))
            val server = scope.createServer { _, response ->
                seen += local.get()
                delay(1)
                seen += local.get()
                response.end()
            }
            server.listenOnLoopback()
            server.get("/")
            seen += local.get()
            server.close()
        }
        seen shouldContainExactly listOf("installed", "installed", null)
    }

    test("a scope waits for its server to be closed") {
        val log = mutableListOf<String>()
        runLoop {
            val server = createServer { _, response -> response.end() }
            server.listenOnLoopback()
            launch {
                delay(5)
                log += "closing"
                server.close()
            }
            coroutineContext[kotlinx.coroutines.Job]!!.invokeOnCompletion { log += "main has ended" }
        }
        log shouldContainExactly listOf("closing", "main has ended")
    }
})

private suspend fun HttpServer.listenOnLoopback(): Unit = suspendCancellableCoroutine { listening ->
    listenOn { listening.resume(Unit) }
}

private fun HttpServer.listenOn(onListening: () -> Unit) {
    listen(InetAddress.getLoopbackAddress().hostAddress, 0, onListening)
}

private suspend fun HttpServer.get(path: String): String = getLater(path).await()

/** Sends a request by a plain socket on another thread, and gives all that comes back. */
private fun HttpServer.getLater(path: String): CompletableDeferred<String> {
    val address = address()!!
    val answer = CompletableDeferred<String>()
    CoroutineScope(Dispatchers.IO).launch {
        answer.completeWith(
            runCatching {
                Socket(address.address, address.port).use { client ->
                    client
                        .getOutputStream()
                        .write("GET $path HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".toByteArray())
                    client.getInputStream().readBytes().decodeToString()
                }
            },
        )
    }
    return answer
}

private fun <T> CompletableDeferred<T>.completeWith(result: Result<T>) {
    result.fold(::complete, ::completeExceptionally)
}
