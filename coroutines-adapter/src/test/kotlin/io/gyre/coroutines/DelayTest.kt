package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.UnsettledMain
import io.gyre.testing.VirtualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.nanoseconds

/** Time in coroutines is the loop's time. */
internal class DelayTest : FunSpec({
    test("a delay keeps the loop alive, and cancelling it clears the timer") {
        runLoop(whenUnsettled = UnsettledMain.EXIT) {
            val sleeper = launch(start = CoroutineStart.UNDISPATCHED) { delay(1.hours) }
            loop.activeResources().count { it.toString().contains("imer") || it.toString().contains("imeout") } shouldBe
                1
            sleeper.cancel()
            loop.isAlive shouldBe false
        }
    }

    test("a delay may be cancelled from another thread") {
        runLoop {
            val sleeper = launch(start = CoroutineStart.UNDISPATCHED) { delay(1.hours) }
            withContext(Dispatchers.Default) { sleeper.cancel() }
            sleeper.join()
        }
    }

    test("withTimeout ends what takes too long, and leaves no timer behind when it does not") {
        runLoop(whenUnsettled = UnsettledMain.EXIT) {
            shouldThrow<TimeoutCancellationException> { withTimeout(5) { awaitCancellation() } }
            withTimeoutOrNull(5) { awaitCancellation() } shouldBe null
            withTimeout(1.hours) { delay(1) }
            // Out of the timer's callback, which itself counts.
            yield()
            loop.isAlive shouldBe false
        }
    }

    test(
        "a delay on another dispatcher's thread resumes there, and the loop's dispatcher serves delays from any thread",
    ) {
        runLoop {
            val dispatcher = loop.asCoroutineDispatcher()
            val late = CompletableDeferred<EventLoop?>()
            // A coroutine of the loop that suspends off the loop's thread: started undispatched elsewhere.
            withContext(Dispatchers.Default) {
                launch(dispatcher, start = CoroutineStart.UNDISPATCHED) {
                    EventLoop.currentOrNull() shouldBe null
                    delay(2)
                    late.complete(EventLoop.currentOrNull())
                }
            }
            late.await() shouldBe loop
        }
    }

    test("delays follow a virtual clock, are never early, and may be longer than a timer of the loop") {
        val time = VirtualTime()
        runLoop(time.builder()) {
            val start = loop.ticker().nanoTime()
            delay(60.days)
            (loop.ticker().nanoTime() - start >= 60.days.inWholeNanoseconds) shouldBe true
            val again = loop.ticker().nanoTime()
            delay(1.nanoseconds)
            loop.ticker().nanoTime() shouldNotBe again
        }
    }
})
