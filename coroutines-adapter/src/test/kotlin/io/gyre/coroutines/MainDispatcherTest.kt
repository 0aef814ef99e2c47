package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.MainScope
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.hours

/** What kotlinx.coroutines asks of every `Dispatchers.Main`, here the loop that `runLoop` runs. */
@OptIn(DelicateCoroutinesApi::class)
internal class MainDispatcherTest : FunSpec({
    fun LoopScope.onMain() = EventLoop.currentOrNull() === loop

    /** Runs a test off the main thread, while that turns the loop. */
    fun besideTheMainLoop(test: suspend CoroutineScope.(EventLoop) -> Unit) {
        runLoop {
            val main = loop
            withContext(Dispatchers.Default) { test(main) }
        }
    }

    test("is named as everywhere, and differs from its immediate") {
        runLoop {
            Dispatchers.Main.toString() shouldBe "Dispatchers.Main"
            Dispatchers.Main.immediate.toString() shouldBe "Dispatchers.Main.immediate"
            Dispatchers.Main shouldNotBe Dispatchers.Main.immediate
        }
    }

    test("tasks keep their order, entered from the main thread and from another one") {
        suspend fun Steps.inOrder() {
            withContext(Dispatchers.Main.immediate) {
                expect(1)
                launch(Dispatchers.Main) { expect(2) }
                withContext(Dispatchers.Main) { expect(3) }
            }
        }
        steps(3) { runLoop { inOrder() } }
        steps(3) { besideTheMainLoop { inOrder() } }
    }

    test("shares its queue with its immediate") {
        steps(5) {
            besideTheMainLoop {
                withContext(Dispatchers.Main) {
                    expect(1)
                    launch(Dispatchers.Main.immediate) {
                        expect(2)
                        yield()
                        expect(4)
                    }
                    expect(3)
                    yield()
                    expect(5)
                }
            }
        }
    }

    test("its immediate is entered at once from the main thread") {
        steps(3) {
            besideTheMainLoop {
                withContext(Dispatchers.Main) {
                    expect(1)
                    val job = launch { expect(3) }
                    withContext(Dispatchers.Main.immediate) { expect(2) }
                    job.join()
                }
            }
        }
    }

    test("a dispatch is needed always, and for its immediate from other threads only") {
        suspend fun check(isMain: Boolean) {
            Dispatchers.Main.isDispatchNeeded(currentCoroutineContext()) shouldBe true
            Dispatchers.Main.immediate.isDispatchNeeded(currentCoroutineContext()) shouldBe !isMain
        }
        besideTheMainLoop {
            check(isMain = false)
            withContext(Dispatchers.Main) {
                check(isMain = true)
                withContext(Dispatchers.Main.immediate) { check(isMain = true) }
                check(isMain = true)
            }
            check(isMain = false)
        }
    }

    test("MainScope runs on it, and its failures and cancellation stay inside") {
        runLoop {
            val scope = MainScope()
            var error: Throwable? = null
            var ran = false
            withContext(Dispatchers.Default) {
                scope.launch { ran = onMain() }.join()
                scope.launch(CoroutineExceptionHandler { _, e -> error = e }) { error("fails") }.join()
                scope.cancel()
                scope
                    .launch(start = CoroutineStart.ATOMIC) {
                        check(onMain())
                        delay(Long.MAX_VALUE)
                    }.join()
                scope.coroutineContext[Job]!!.cancelAndJoin()
            }
            ran shouldBe true
            error?.message shouldBe "fails"
        }
    }

    test("goes on at once after a delay, on the main thread") {
        steps(4) {
            besideTheMainLoop { main ->
                launch(Dispatchers.Main.immediate) {
                    val channel = Channel<Unit>()
                    expect(1)
                    launch {
                        channel.receive()
                        expect(3)
                    }
                    delay(5)
                    EventLoop.currentOrNull() shouldBe main
                    expect(2)
                    channel.send(Unit)
                    expect(4)
                }
            }
        }
    }

    test("agrees with its timeouts, inside and outside") {
        besideTheMainLoop {
            withTimeout(1.hours) { withContext(Dispatchers.Main) { delay(2) } }
            withContext(Dispatchers.Main) { withTimeout(1.hours) { delay(2) } }
            shouldThrow<TimeoutCancellationException> {
                withTimeout(5) { withContext(Dispatchers.Main) { delay(1.hours) } }
            }
            shouldThrow<TimeoutCancellationException> {
                withContext(Dispatchers.Main) { withTimeout(5) { delay(1.hours) } }
            }
        }
    }

    test("without a main loop so far it says how to get one; afterwards it cancels with the reason") {
        // In this order in one JVM: whether another test has run a main loop before does not matter for the second half.
        shouldThrow<IllegalStateException> { MainLoop.endOfMain(null) }.message shouldBe
            "Dispatchers.Main needs a running loop; start it with runLoop { }"
        runLoop(EventLoop.builder().name("gone")) { }
        shouldThrow<CancellationException> { withContext(Dispatchers.Main) { error("must not run") } }
            .message shouldBe "main event loop 'gone' has ended"
        val job = CoroutineScope(Job() + Dispatchers.Main).launch { error("must not run") }
        job.join()
        job.isCancelled shouldBe true
    }

    test("a coroutine that is resumed after the main loop has ended is cancelled, cleans up and completes") {
        val gate = CompletableDeferred<Unit>()
        val cleanedUp = CompletableDeferred<Throwable?>()
        lateinit var job: Job
        runLoop(EventLoop.builder().name("gone")) {
            job = CoroutineScope(Job() + Dispatchers.Main).launch(start = CoroutineStart.UNDISPATCHED) {
                try {
                    gate.await()
                    delay(1.hours)
                } catch (e: CancellationException) {
                    cleanedUp.complete(e)
                    throw e
                }
            }
        }
        job.isActive shouldBe true
        gate.complete(Unit)
        job.join()
        cleanedUp.await()?.message.orEmpty() shouldContain "main event loop 'gone' has ended"
    }

    test("the first of two loops is the main one, and when it has ended the next") {
        runLoop(EventLoop.builder().name("first")) {
            withContext(Dispatchers.Main) { EventLoop.current().name() } shouldBe "first"
        }
        runLoop(EventLoop.builder().name("second")) {
            withContext(Dispatchers.Main) { EventLoop.current().name() } shouldBe "second"
        }
    }
})
