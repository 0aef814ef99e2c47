package io.gyre.coroutines

import io.gyre.abort.AbortException
import io.gyre.abort.AbortSignal
import io.gyre.buffer.Buffer
import io.gyre.coroutines.testing.open
import io.gyre.coroutines.testing.runLoopTest
import io.gyre.http.HttpServer
import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import io.gyre.promise.Promise
import io.gyre.stream.Readable
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempfile
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldHaveSize
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import java.io.IOException
import java.nio.file.StandardOpenOption
import kotlin.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes
import kotlin.time.Duration.Companion.seconds

/** Operations of the core in suspending form: each waits, is cancelled, and leaves nothing behind. */
internal class OperationsTest : FunSpec({
    test("an interval ticks by the loop's clock and is cleared with its collector") {
        runLoopTest {
            loop
                .interval(100.milliseconds)
                .take(3)
                .map { it to currentTime }
                .toList() shouldContainExactly
                listOf(1L to 100L, 2L to 200L, 3L to 300L)
            loop.activeResources().filter { it.kind == "Timeout" }.shouldBeEmpty()
            shouldThrow<IllegalArgumentException> { loop.interval(Duration.ZERO) }
            shouldThrow<IllegalArgumentException> { loop.interval(1000.hours) }
        }
    }

    test("a slow collector of an interval gets the latest tick, and the numbers show what was dropped") {
        runLoopTest {
            loop
                .interval(10.milliseconds)
                .onEach { delay(33) }
                .take(3)
                .toList() shouldContainExactly listOf(1, 4, 7)
        }
    }

    test("a collector of an interval that is cancelled while it waits") {
        runLoopTest {
            val collector = launch(start = CoroutineStart.UNDISPATCHED) { loop.interval(1.seconds).collect { } }
            advanceTimeBy(1500.milliseconds)
            collector.cancel()
            collector.join()
            loop.activeResources().filter { it.kind == "Timeout" }.shouldBeEmpty()
        }
    }

    test("a tick comes before microtasks that are queued later, an immediate after the poll") {
        val log = mutableListOf<String>()
        runLoop {
            val jobs = listOf(
                launch(start = CoroutineStart.UNDISPATCHED) {
                    loop.awaitImmediate()
                    log += "immediate"
                },
                launch(start = CoroutineStart.UNDISPATCHED) {
                    loop.awaitTick()
                    log += "tick"
                },
            )
            loop.nextTick { log += "later tick" }
            loop.setImmediate { log += "later immediate" }
            jobs.joinAll()
        }
        // As `await` of a promise that a tick or an immediate fulfills: a microtask after it.
        log shouldContainExactly listOf("later tick", "tick", "immediate", "later immediate")
    }

    test("an immediate that nobody waits for any more is cleared") {
        runLoopTest {
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) { loop.awaitImmediate() }
            waiting.cancel()
            loop.activeResources().filter { it.kind == "Immediate" }.shouldBeEmpty()
            val tick = launch(start = CoroutineStart.UNDISPATCHED) { loop.awaitTick() }
            tick.cancel()
            tick.join()
        }
    }

    test("one event, and the listener is gone; also when it is cancelled") {
        runLoopTest {
            val signal = io.gyre.abort.AbortController(loop)
            val reason = IOException("enough")
            val event = async(start = CoroutineStart.UNDISPATCHED) {
                awaitEvent { emit -> signal.signal().onAbort { emit(it) } }
            }
            val given = launch(start = CoroutineStart.UNDISPATCHED) {
                awaitEvent<Throwable> { emit -> signal.signal().onAbort { emit(it) } }
            }
            given.cancel()
            signal.abort(reason)
            event.await() shouldBeSameInstanceAs reason
        }
    }

    test("events are a flow that misses none, and takes its listener away") {
        runLoopTest {
            var listeners = 0
            val emitters = mutableListOf<(Int) -> Unit>()
            val numbers = events<Int> { emit ->
                listeners++
                emitters += emit
                io.gyre.loop.Registration { listeners-- }
            }
            val taken = async(start = CoroutineStart.UNDISPATCHED) { numbers.onEach { delay(10) }.take(3).toList() }
            listeners shouldBe 1
            (1..5).forEach { emitters.single()(it) }
            taken.await() shouldContainExactly listOf(1, 2, 3)
            listeners shouldBe 0
        }
    }

    test("an operation that takes a signal is aborted with its coroutine") {
        runLoopTest {
            var signal: AbortSignal? = null
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) {
                loop.awaitAbortable { given ->
                    signal = given
                    Promise.create<Unit>(loop) { }
                }
            }
            signal!!.isAborted shouldBe false
            waiting.cancel()
            waiting.join()
            signal.isAborted shouldBe true
            loop.awaitAbortable { Promise.resolve(loop, 5) } shouldBe 5
        }
    }

    test("a job is a signal: it aborts when the job is cancelled, from any thread, and not when it completes") {
        runLoopTest {
            val job = Job()
            val signal = job.asAbortSignal(loop)
            withContext(Dispatchers.Default) { job.cancel(CancellationException("by hand")) }
            awaitEvent { emit ->
                if (signal.isAborted) emit(Unit)
                signal.onAbort { emit(Unit) }
            }
            signal.reason()?.message shouldBe "by hand"
            val completed = Job()
            val never = completed.asAbortSignal(loop)
            completed.complete()
            runCurrent()
            never.isAborted shouldBe false
        }
    }

    test("a whole stream, within a bound") {
        runLoopTest {
            suspend fun pieces(): Readable<Buffer> = Readable.from(
                loop,
                listOf("ab", "cd", "e").map { Buffer.utf8(it) },
            )
            pieces().readAll(maxLength = 5).toString() shouldBe "abcde"
            val tooLong = pieces()
            shouldThrow<IllegalStateException> { tooLong.readAll(maxLength = 4) }.message shouldContain
                "more than 4 bytes"
            tooLong.isDestroyed shouldBe true
            Readable.from<Int>(loop, listOf(1, 2, 3)).asFlow().toList() shouldContainExactly listOf(1, 2, 3)
        }
    }

    test("the end of a stream, its error, and its close event") {
        runLoopTest {
            val good = Readable.from(loop, listOf(1, 2))
            launch { good.asFlow().toList() }
            good.awaitFinished()
            good.awaitClose()
            good.awaitClose()
            val bad: Readable<Int> = Readable.from(loop, listOf(1, 2))
            val outcome = async { runCatching { bad.awaitFinished() }.exceptionOrNull() }
            runCurrent()
            bad.destroy(IOException("broken"))
            outcome.await()?.message shouldBe "broken"
        }
    }

    test("a file is read and written at positions") {
        val file = tempfile().toPath()
        runLoop {
            loop.useFile(file, StandardOpenOption.READ, StandardOpenOption.WRITE) { opened ->
                opened.awaitWrite(Buffer.utf8("0123456789"), 0) shouldBe 10
                opened.awaitWrite(Buffer.utf8("xy"), 4)
                opened.awaitSync()
                opened.awaitSize() shouldBe 10
                opened.awaitRead(100, 2).toString() shouldBe "23xy6789"
                opened.awaitRead(1, 10).isEmpty shouldBe true
            }
        }
    }

    test("a server says when it listens, what clients do wrong, and when it is closed") {
        runLoopTest {
            val server = HttpServer.create(loop) { _, response -> loop.setTimeout({ response.end() }, 1_000) }
            val port = server.awaitListen().port
            val wrong = async(start = CoroutineStart.UNDISPATCHED) { server.clientErrors().take(1).toList() }
            val client = network.open(port)
            client.awaitWrite(Buffer.utf8("NONSENSE\r\n\r\n"))
            wrong.await() shouldHaveSize 1
            client.destroy()
            shouldThrow<IOException> { HttpServer.create(loop) { _, _ -> }.awaitListen(port) }
                .message shouldContain "EADDRINUSE"
            val slow = network.open(port)
            slow.awaitWrite(Buffer.utf8("GET / HTTP/1.1\r\nHost: here\r\n\r\n"))
            runCurrent()
            val before = currentTime
            server.awaitClose()
            // The response that was under way was finished.
            currentTime shouldBe before + 1_000
            // Once more, there is nothing to wait for.
            server.awaitClose()
            slow.destroy()
        }
    }

    test("a server whose start is cancelled is closed") {
        runLoopTest {
            val server = HttpServer.create(loop) { _, response -> response.end() }
            val listening = launch(start = CoroutineStart.UNDISPATCHED) { server.awaitListen(80) }
            listening.cancel()
            listening.join()
            server.isListening shouldBe false
        }
    }

    test("loops and groups are shut down from outside, and not from within") {
        val loop = EventLoop.create().start()
        runBlocking {
            loop
                .coroutineScope()
                .launch {
                    shouldThrow<IllegalStateException> { loop.awaitShutdown(1.minutes) }
                }.join()
            loop.awaitShutdown(1.minutes) shouldBe 0
            loop.awaitTermination() shouldBe 0
            EventLoopGroup.start(2).awaitShutdown(1.minutes)
        }
    }

    test("a cancelled scope takes everything with it that waits in it") {
        runLoopTest {
            shouldThrow<IOException> {
                coroutineScope {
                    launch { loop.interval(1.seconds).collect { } }
                    launch { loop.awaitAbortable { Promise.create<Unit>(loop) { } } }
                    launch { awaitEvent<Unit> { io.gyre.loop.Registration { } } }
                    launch { awaitCancellation() }
                    delay(10)
                    throw IOException("over")
                }
            }
            loop.activeResources().filter { it.kind == "Timeout" }.shouldBeEmpty()
        }
    }

    test("the reason of an aborted operation is the cancellation") {
        runLoopTest {
            var reason: Throwable? = null
            val waiting = launch(start = CoroutineStart.UNDISPATCHED) {
                loop.awaitAbortable { signal ->
                    Promise.create<Unit>(loop) { resolvers ->
                        signal.onAbort {
                            reason = it
                            resolvers.reject(AbortException(it))
                        }
                    }
                }
            }
            waiting.cancel(CancellationException("not needed"))
            waiting.join()
            reason?.message shouldBe "not needed"
        }
    }
})
