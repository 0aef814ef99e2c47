package io.gyre.coroutines.testing

import io.gyre.http.HttpServer
import io.gyre.loop.EventLoop
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.string.shouldNotContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.FutureTask
import java.util.concurrent.TimeUnit
import kotlin.concurrent.thread
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

/** What a test is given from outside, who may end it, and how far its time goes. */
internal class HowTestsEndTest : FunSpec({
    test("the context's name is kept; without one the test is named") {
        runLoopTest(CoroutineName("mine")) {
            coroutineContext[CoroutineName]?.name shouldBe "mine"
            backgroundScope.coroutineContext[CoroutineName]?.name shouldBe "mine"
        }
        runLoopTest { coroutineContext[CoroutineName]?.name shouldBe "test" }
    }

    test("a dispatcher in the context is refused") {
        shouldThrow<IllegalArgumentException> { runLoopTest(Dispatchers.IO) { } }
            .message shouldContain "not on Dispatchers.IO"
    }

    test("the context's job is the test's parent: it cancels the test, and learns of its failure") {
        val parent = Job()
        val cause = CancellationException("from outside")
        shouldThrow<CancellationException> {
            runLoopTest(parent) {
                parent.children.count() shouldBe 1
                launch(Dispatchers.Default) { parent.cancel(cause) }
                awaitCancellation()
            }
        }.message shouldBe "from outside"
        val other = Job()
        shouldThrow<IllegalStateException> { runLoopTest(other) { error("mine") } }
        other.isCancelled shouldBe true
        val third = Job()
        runLoopTest(third) { delay(5) }
        third.isActive shouldBe true
    }

    test("a test whose thread is interrupted ends, whatever it waits for") {
        listOf<suspend LoopTestScope.() -> Unit>(
            { CompletableDeferred<Unit>().await() },
            { while (true) delay(1.hours) },
        ).forEach { body ->
            val here = Thread.currentThread()
            shouldThrow<InterruptedException> {
                runLoopTest {
                    loop.setImmediate { thread { here.interrupt() } }
                    body()
                }
            }
            Thread.interrupted() shouldBe false
        }
    }

    test("a test that nothing can cancel, and whose clock never stands still, is given up") {
        shouldThrow<AssertionError> {
            LoopTest(Job(), 20.milliseconds, {}, patience = 20.milliseconds) {
                withContext(NonCancellable) { while (true) delay(1) }
            }.run()
        }.message shouldContain "After waiting for 20ms"
    }

    test("so is one that is interrupted") {
        val here = Thread.currentThread()
        shouldThrow<InterruptedException> {
            LoopTest(Job(), 1.hours, {}, patience = 20.milliseconds) {
                loop.setImmediate { thread { here.interrupt() } }
                withContext(NonCancellable) { while (true) delay(1) }
            }.run()
        }
    }

    test("of two failures the first is thrown, be it the body's or another") {
        val own = IllegalArgumentException("of the body")
        val failure = shouldThrow<IllegalArgumentException> {
            runLoopTest {
                backgroundScope.launch {
                    try {
                        awaitCancellation()
                    } finally {
                        error("while cleaning up")
                    }
                }
                runCurrent()
                throw own
            }
        }
        failure shouldBeSameInstanceAs own
        failure.suppressed.map { it.message } shouldContainExactly listOf("while cleaning up")
    }

    test("tests that run at once have a Dispatchers.Main each") {
        val both = CyclicBarrier(2)
        // A thread for each: they wait for each other.
        val tests = List(2) {
            FutureTask {
                runLoopTest {
                    both.await(1, TimeUnit.MINUTES)
                    withContext(Dispatchers.Main) { EventLoop.current() shouldBeSameInstanceAs loop }
                    withContext(Dispatchers.Default) {
                        withContext(Dispatchers.Main.immediate) {
                            EventLoop.current() shouldBeSameInstanceAs loop
                            delay(1.hours)
                            currentTime shouldBe 1.hours.inWholeMilliseconds
                        }
                    }
                    backgroundScope
                        .launch(Dispatchers.Main) { EventLoop.current() shouldBeSameInstanceAs loop }
                        .join()
                    both.await(1, TimeUnit.MINUTES)
                }
            }.also { thread(block = it::run) }
        }
        tests.forEach { it.get(2, TimeUnit.MINUTES) }
    }

    test("a timeout without end sets no timer: time does not run ahead while another thread works") {
        runLoopTest {
            withTimeout(Duration.INFINITE) { withContext(Dispatchers.Default) { } }
            withTimeout(365_000.days) { withContext(Dispatchers.Default) { } }
            currentTime shouldBe 0
        }
    }

    test("as far as the clock goes, it goes on") {
        runLoopTest {
            var days = 0
            launch { delay(1.days).also { days++ } }
            advanceTimeBy(Duration.INFINITE)
            days shouldBe 1
            val farthest = currentTime
            advanceTimeBy(Duration.INFINITE)
            currentTime shouldBe farthest
            delay(10)
            currentTime shouldBe farthest + 10
        }
    }

    test("a clock that is moved without end stops before it overflows, and what another thread does is waited for") {
        runLoopTest {
            backgroundScope.launch { while (true) delay(36_500.days) }
            withContext(Dispatchers.Default) { }
            (currentTime >= 0) shouldBe true
        }
    }

    test("a server that is left open is named by where it listens") {
        shouldThrow<AssertionError> {
            runLoopTest {
                loop.setImmediate { HttpServer.create(loop) { _, _ -> }.listen(80) }
            }
        }.message.orEmpty().let {
            it shouldContain Regex("left open: .*:80")
            it shouldNotContain "Unsafe"
        }
    }
})
