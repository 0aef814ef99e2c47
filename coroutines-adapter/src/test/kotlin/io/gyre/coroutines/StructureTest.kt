package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import io.gyre.promise.Promise
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import io.kotest.matchers.string.shouldStartWith
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.job
import kotlinx.coroutines.launch
import kotlinx.coroutines.supervisorScope
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.atomic.AtomicInteger
import kotlin.random.Random

/** Nothing outlives its scope: servers, requests, files, timers and child work, wherever they are interrupted. */
internal class StructureTest : FunSpec({
    /** Counts what was begun and what has ended, whichever way. */
    class Census {
        private val begun = AtomicInteger()
        private val over = AtomicInteger()

        suspend fun count(block: suspend () -> Unit) {
            begun.incrementAndGet()
            try {
                block()
            } finally {
                over.incrementAndGet()
            }
        }

        fun assertAllOver() {
            over.get() shouldBe begun.get()
        }
    }

    class Fault : RuntimeException("injected")

    /** A tree of coroutines that do something of everything, and fail now and then if they are to. */
    class Work(
        val random: Random,
        val census: Census,
        val group: EventLoopGroup,
        val file: Path,
        val faults: Boolean,
    ) {
        suspend fun LoopScope.branch(depth: Int): Unit =
            census.count {
                repeat(random.nextInt(1, 4)) { step(depth) }
            }

        private suspend fun LoopScope.step(depth: Int) {
            when (random.nextInt(13)) {
                0 -> delay(random.nextLong(5))
                1 -> yield()
                2 -> loop.blocking { Thread.yield() }
                3 -> loop.readFile(file)
                4 -> loop.useFile(file) { delay(random.nextLong(3)) }
                5 -> Promise.resolve(loop, 1).await()
                6 -> withLoop(group) { census.count { delay(random.nextLong(3)) } }
                7 -> withContext(Dispatchers.Default) { census.count { yield() } }
                8 -> withTimeoutOrNull(random.nextLong(1, 4)) { census.count { awaitCancellation() } }
                9 -> withContext(NonCancellable) { census.count { delay(1) } }
                10 -> if (faults && random.nextInt(6) == 0) throw Fault()
                else -> if (depth > 0) {
                    val parent = this
                    repeat(random.nextInt(1, 4)) {
                        launch { BoundScope(parent.loop, coroutineContext).branch(depth - 1) }
                    }
                }
            }
        }
    }

    lateinit var file: Path
    beforeSpec { file = Files.writeString(Files.createTempFile("gyre", "structure"), "content") }
    afterSpec { Files.delete(file) }

    /** What keeps the loop alive, apart from the work of a pool's thread, which ends by itself. */
    fun LoopScope.open() = loop.activeResources().filter { it.kind() != "Work" && it.kind() != "Immediate" }

    test("a scope that is cancelled, or fails, at any moment is over when its work is, and leaves nothing open") {
        EventLoopGroup.start(2).use { group ->
            repeat(150) { seed ->
                withClue("seed $seed") {
                    val random = Random(seed)
                    val census = Census()
                    runLoop {
                        val scope = loop.coroutineScope(kotlinx.coroutines.CoroutineExceptionHandler { _, _ -> })
                        val work = Work(random, census, group, file, faults = seed % 2 == 0)
                        repeat(8) {
                            scope.launch {
                                with(work) { BoundScope(loop, coroutineContext).branch(depth = 3) }
                            }
                        }
                        repeat(random.nextInt(30)) { if (random.nextBoolean()) yield() else delay(1) }
                        scope.cancel()
                        scope.coroutineContext.job.join()
                        census.assertAllOver()
                        yield()
                        open().filter { it.kind() == "Timeout" } shouldBe emptyList()
                    }
                }
            }
        }
    }

    test("a loop that ends at any moment takes all of its coroutines with it") {
        EventLoopGroup.start(2).use { group ->
            repeat(100) { seed ->
                withClue("seed $seed") {
                    val random = Random(seed)
                    val census = Census()
                    val jobs = mutableListOf<Job>()
                    val loop = EventLoop.create()
                    val whenToStop = random.nextInt(30)
                    loop.run {
                        val scope = loop.coroutineScope(kotlinx.coroutines.CoroutineExceptionHandler { _, _ -> })
                        val work = Work(random, census, group, file, faults = seed % 2 == 0)
                        repeat(8) {
                            jobs += scope.launch {
                                with(work) { BoundScope(loop, coroutineContext).branch(depth = 3) }
                            }
                        }
                        jobs += scope.launch {
                            repeat(whenToStop) { if (it % 2 == 0) yield() else delay(1) }
                            when (seed % 3) {
                                0 -> loop.stop()
                                1 -> loop.exit(0)
                                else -> error("ends the loop")
                            }
                        }
                    }
                    jobs.forEach { it.join() }
                    census.assertAllOver()
                }
            }
        }
    }

    test("a failing request, a failing child of one and a failing grandchild do not fail the server") {
        runLoop {
            val failures = mutableListOf<String?>()
            val server = createServer(onError = { _, error -> failures += error.message }) { request, response ->
                when (request.path()) {
                    "/fails" -> error("request")
                    "/later" -> {
                        delay(1)
                        error("later")
                    }
                    "/child" -> {
                        launch {
                            launch {
                                delay(1)
                                error("grandchild")
                            }
                        }
                        awaitCancellation()
                    }
                    "/supervised" -> supervisorScope {
                        launch(kotlinx.coroutines.CoroutineExceptionHandler { _, e -> failures += e.message }) {
                            error("supervised")
                        }.join()
                        response.end("answered")
                    }
                    else -> response.end("answered")
                }
            }
            server.listenLocally()
            server.fetch("/fails") shouldStartWith "HTTP/1.1 500"
            server.fetch("/later") shouldStartWith "HTTP/1.1 500"
            server.fetch("/child") shouldBe ""
            server.fetch("/supervised") shouldEndWith "answered"
            server.fetch("/") shouldEndWith "answered"
            failures.toSet() shouldBe setOf("request", "later", "grandchild", "supervised")
            server.close()
        }
    }

    test("a cancelled scope cancels its requests, lets them clean up, closes their sockets and then is over") {
        val log = mutableListOf<String>()
        runLoop {
            val scope = loop.coroutineScope()
            val arrived = List(3) { CompletableDeferred<Unit>() }
            val count = AtomicInteger()
            val server = scope.createServer { _, response ->
                try {
                    // One has answered in part, one has a child and a file, one waits.
                    when (val number = count.getAndIncrement()) {
                        0 -> {
                            response.write("part")
                            arrived[number].complete(Unit)
                            awaitCancellation()
                        }
                        1 -> loop.useFile(file) {
                            launch {
                                try {
                                    awaitCancellation()
                                } finally {
                                    log += "child"
                                }
                            }
                            arrived[number].complete(Unit)
                            delay(1_000_000)
                        }
                        else -> {
                            arrived[number].complete(Unit)
                            awaitCancellation()
                        }
                    }
                } finally {
                    withContext(NonCancellable) { delay(2) }
                    log += "request"
                }
            }
            server.onClose { log += "closed" }
            server.listenLocally()
            val answers = List(3) { server.fetchLater("/") }
            arrived.awaitAll()
            scope.cancel()
            scope.coroutineContext.job.join()
            log += "over"
            server.connectionCount() shouldBe 0
            server.isListening shouldBe false
            answers.forEach { it.join() }
            log.count { it == "request" } shouldBe 3
            log shouldContain "child"
            log.takeLast(2) shouldBe listOf("closed", "over")
        }
    }

    test("a cancelled scope closes connections that no request is under way on, too") {
        runLoop {
            val scope = loop.coroutineScope()
            val server = scope.createServer { _, response -> response.end("answered") }
            server.listenLocally()
            val address = server.address()!!
            val eof = CoroutineScope(Dispatchers.IO).launch {
                java.net.Socket(address.address, address.port).use { client ->
                    // Half a request head: no request yet, and the connection is not idle.
                    client.getOutputStream().write("GET / HTTP/1.1\r\nHo".toByteArray())
                    client.getInputStream().read()
                }
            }
            while (server.connectionCount() == 0) delay(1)
            scope.cancel()
            scope.coroutineContext.job.join()
            server.connectionCount() shouldBe 0
            eof.join()
        }
    }

    test("cancelled from another thread it is the same") {
        runLoop {
            val scope = loop.coroutineScope()
            // What is closed with a request that was not read is reset.
            val arrived = CompletableDeferred<Unit>()
            val server = scope.createServer { _, _ ->
                arrived.complete(Unit)
                awaitCancellation()
            }
            server.listenLocally()
            val answer = server.fetchLater("/")
            arrived.await()
            withContext(Dispatchers.Default) {
                scope.coroutineContext.job
                    .apply { cancel() }
                    .join()
            }
            server.isListening shouldBe false
            answer.await() shouldBe ""
        }
    }

    test("a server of a scope that is cancelled already never opens") {
        runLoop {
            val scope = loop.coroutineScope()
            scope.cancel(CancellationException("before"))
            val server = scope.createServer { _, response -> response.end() }
            scope.coroutineContext.job.join()
            runCatching { server.listenLocally() }.isFailure shouldBe true
        }
    }

    test("a loop that ends while a cancelled scope closes its server: the scope is over all the same") {
        for (end in listOf<(EventLoop) -> Unit>({ it.stop() }, { it.exit(0) }, { error("ends the loop") })) {
            lateinit var over: Job
            val cleanedUp = AtomicInteger()
            runLoopForExitCode {
                val scope = loop.coroutineScope()
                over = scope.coroutineContext.job
                val arrived = CompletableDeferred<Unit>()
                val server = scope.createServer { _, _ ->
                    try {
                        arrived.complete(Unit)
                        awaitCancellation()
                    } finally {
                        runCatching { withContext(NonCancellable) { delay(1_000_000) } }
                        cleanedUp.incrementAndGet()
                    }
                }
                server.listenLocally()
                server.fetchLater("/")
                arrived.await()
                scope.cancel()
                yield()
                loop.setImmediate { end(loop) }
                awaitCancellation()
            }
            over.join()
            cleanedUp.get() shouldBe 1
        }
    }
})
