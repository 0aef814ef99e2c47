package io.gyre.coroutines.testing

import io.gyre.coroutines.LoopExitException
import io.gyre.coroutines.blocking
import io.gyre.promise.Promise
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlin.time.measureTime

/** A test's clock moves as its body says, and a test fails for whatever goes wrong. */
internal class RunLoopTestTest : FunSpec({
    test("delays are skipped, and the clock says by how much") {
        runLoopTest {
            currentTime shouldBe 0
            val mark = testTimeSource.markNow()
            delay(3.days)
            currentTime shouldBe 3.days.inWholeMilliseconds
            mark.elapsedNow() shouldBe 3.days
            testTimeSource.measureTime { delay(20) } shouldBe 20.milliseconds
        }
    }

    test("advanceTimeBy does what is due before its end, not what is due then") {
        runLoopTest {
            val log = mutableListOf<String>()
            listOf(999L, 1000L, 1001L).forEach { millis ->
                launch {
                    delay(millis)
                    log += "$millis at $currentTime"
                }
            }
            runCurrent()
            advanceTimeBy(1.seconds)
            currentTime shouldBe 1000
            log shouldContainExactly listOf("999 at 999")
            runCurrent()
            currentTime shouldBe 1000
            log shouldContainExactly listOf("999 at 999", "1000 at 1000")
            advanceTimeBy(2.milliseconds)
            log shouldContainExactly listOf("999 at 999", "1000 at 1000", "1001 at 1001")
            currentTime shouldBe 1002
            shouldThrow<IllegalArgumentException> { advanceTimeBy((-1).seconds) }
        }
    }

    test("runCurrent goes on until nothing is left to do, and time stands still") {
        runLoopTest {
            var turns = 0
            launch { repeat(500) { yield().also { turns++ } } }
            loop.setTimeout({ turns = -1 }, 1)
            runCurrent()
            turns shouldBe 500
            currentTime shouldBe 0
            advanceUntilIdle()
            turns shouldBe -1
        }
    }

    test("advanceUntilIdle waits for timers and coroutines, not for the background") {
        runLoopTest {
            var ticks = 0
            backgroundScope.launch {
                while (true) {
                    delay(1.hours)
                    ticks++
                }
            }
            var done = false
            launch {
                delay(150)
                delay(4.hours)
                done = true
            }
            advanceUntilIdle()
            done shouldBe true
            currentTime shouldBe 4.hours.inWholeMilliseconds + 150
            ticks shouldBe 4
        }
    }

    test("the background is cancelled when the body has ended, and may clean up") {
        val log = mutableListOf<String>()
        runLoopTest {
            backgroundScope.launch {
                try {
                    awaitCancellation()
                } finally {
                    withContext(NonCancellable) { delay(5.seconds) }
                    log += "cleaned up at $currentTime"
                }
            }
            runCurrent()
            log += "body ends"
        }
        log shouldContainExactly listOf("body ends", "cleaned up at 5000")
    }

    test("the loop is stepped turn by turn") {
        runLoopTest {
            val log = mutableListOf<String>()
            turn()
            val first = loop.turnCount()
            loop.setImmediate {
                log += "immediate"
                loop.setImmediate { log += "immediate of the next turn" }
            }
            loop.setTimeout({ log += "timeout" }, 1)
            Promise.resolve(loop, Unit).thenAccept { log += "microtask" }
            log += "body"
            turn()
            loop.turnCount() shouldBe first + 1
            log shouldContainExactly listOf("body", "microtask", "immediate")
            turn()
            log.last() shouldBe "immediate of the next turn"
            turn(10)
            loop.turnCount() shouldBe first + 12
            currentTime shouldBe 0
            log.contains("timeout") shouldBe false
        }
    }

    test("timeouts of coroutines are virtual") {
        runLoopTest {
            shouldThrow<TimeoutCancellationException> { withTimeout(10.days) { awaitCancellation() } }
            currentTime shouldBe 10.days.inWholeMilliseconds
            shouldThrow<TimeoutCancellationException> { withTimeout(10) { advanceTimeBy(1.hours) } }
            advanceTimeBy(5.milliseconds)
            currentTime shouldBe 10.days.inWholeMilliseconds + 15
        }
    }

    test("time does not run ahead of a job of the worker pool") {
        runLoopTest {
            val began = CompletableDeferred<Unit>()
            val timeout = launch { delay(1.hours) }
            val result = loop.blocking {
                began.complete(Unit)
                timeout.isActive
            }
            result shouldBe true
            currentTime shouldBe 0
            timeout.cancel()
        }
    }

    test("a body that another thread resumes is waited for") {
        runLoopTest {
            withContext(Dispatchers.Default) { 1 } shouldBe 1
            currentTime shouldBe 0
        }
    }

    test("Dispatchers.Main is the test's loop") {
        runLoopTest {
            withContext(Dispatchers.Main) {
                delay(2.hours)
                currentTime
            } shouldBe 2.hours.inWholeMilliseconds
        }
    }

    test("what the body throws fails the test") {
        val own = IllegalArgumentException("mine")
        shouldThrow<IllegalArgumentException> { runLoopTest { throw own } } shouldBeSameInstanceAs own
        shouldThrow<AssertionError> {
            runLoopTest {
                delay(1)
                1 shouldBe 2
            }
        }
    }

    test("an error that nobody handles fails the test at once, wherever it is") {
        shouldThrow<IllegalStateException> {
            runLoopTest {
                loop.setTimeout({ error("in a timer") }, 10)
                awaitCancellation()
            }
        }.message shouldBe "in a timer"
        shouldThrow<IllegalStateException> {
            runLoopTest {
                backgroundScope.launch { error("in the background") }
                awaitCancellation()
            }
        }.message shouldBe "in the background"
        shouldThrow<IllegalStateException> {
            runLoopTest {
                Promise.reject<Unit>(loop, IllegalStateException("rejected"))
                delay(1.hours)
            }
        }.message shouldContain "rejected"
    }

    test("a second error is attached to the first") {
        val failure = shouldThrow<IllegalStateException> {
            runLoopTest {
                loop.setImmediate { error("first") }
                try {
                    awaitCancellation()
                } catch (_: CancellationException) {
                    error("second")
                }
            }
        }
        failure.message shouldBe "first"
        failure.suppressed.map { it.message } shouldContainExactly listOf("second")
    }

    test("a test that does not end fails, and names what it waits for") {
        val failure = shouldThrow<AssertionError> {
            runLoopTest(timeout = 50.milliseconds) {
                launch { CompletableDeferred<Unit>().await() }
            }
        }
        failure.message shouldContain "After waiting for 50ms, the test body did not run to completion"
        failure.message shouldContain "\"test\""
    }

    test("so does one whose coroutine ignores that it is cancelled, and one that never sleeps") {
        shouldThrow<AssertionError> {
            runLoopTest(timeout = 20.milliseconds) {
                withContext(NonCancellable) { CompletableDeferred<Unit>().await() }
            }
        }
        shouldThrow<AssertionError> {
            runLoopTest(timeout = 20.milliseconds) {
                while (true) {
                    delay(1)
                }
            }
        }
    }

    test("what the test leaves open fails it by name") {
        val failure = shouldThrow<AssertionError> {
            runLoopTest { loop.setTimeout({}, 1.days.inWholeMilliseconds) }
        }
        failure.message shouldContain "left open"
        failure.message shouldContain "Timeout"
        runLoopTest { loop.setTimeout({}, 59.seconds.inWholeMilliseconds) }
        runLoopTest { loop.setTimeout({}, 1.days.inWholeMilliseconds).unref() }
    }

    test("a test that ends its loop is told so") {
        shouldThrow<LoopExitException> { runLoopTest { loop.exit(3) } }.exitCode shouldBe 3
        shouldThrow<LoopExitException> {
            runLoopTest {
                loop.stop()
                awaitCancellation()
            }
        }.exitCode shouldBe 0
    }

    test("only one coroutine moves the clock at a time") {
        runLoopTest {
            launch {
                shouldThrow<IllegalStateException> { advanceTimeBy(Duration.ZERO) }
                    .message shouldContain "another coroutine"
            }
            advanceTimeBy(1.seconds)
        }
    }

    test("tests do not nest") {
        runLoopTest {
            shouldThrow<IllegalStateException> { runLoopTest { } }.message shouldContain "runs a loop already"
        }
    }

    test("an hour of a busy day takes less than an hour") {
        val real = measureTime {
            runLoopTest(timeout = 1.hours) {
                repeat(1_000) { launch { repeat(36) { delay(100.seconds) } } }
                advanceUntilIdle()
                currentTime shouldBe 1.hours.inWholeMilliseconds
            }
        }
        (real < 1.hours) shouldBe true
    }
})
