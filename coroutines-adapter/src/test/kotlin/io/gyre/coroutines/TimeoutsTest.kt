package io.gyre.coroutines

import io.gyre.loop.UnsettledMain
import io.gyre.testing.VirtualTime
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import io.kotest.property.Arb
import io.kotest.property.arbitrary.list
import io.kotest.property.arbitrary.long
import io.kotest.property.checkAll
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Delay
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.selects.selectUnbiased
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.coroutines.yield
import kotlin.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.nanoseconds

/** What kotlinx.coroutines asks of delays and timeouts, with the values at the edges. In virtual time. */
@OptIn(ExperimentalCoroutinesApi::class, InternalCoroutinesApi::class)
internal class TimeoutsTest : FunSpec({
    fun inVirtualTime(main: suspend LoopScope.() -> Unit) {
        runLoop(VirtualTime().builder(), UnsettledMain.EXIT, main)
    }

    test("a delay of nothing, or of less, does not suspend") {
        steps(3) {
            inVirtualTime {
                launch { expect(3) }
                expect(1)
                delay(0)
                delay(-1)
                delay(Long.MIN_VALUE)
                delay(Duration.ZERO)
                delay(-Duration.INFINITE)
                expect(2)
            }
        }
    }

    test("a delay is never early, and rounded up to a millisecond") {
        inVirtualTime {
            for (time in listOf(
                1.nanoseconds,
                999_999.nanoseconds,
                1.milliseconds,
                1_000_001.nanoseconds,
                17.milliseconds,
            )) {
                val before = loop.ticker().nanoTime()
                delay(time)
                (loop.ticker().nanoTime() - before >= time.inWholeNanoseconds) shouldBe true
            }
        }
    }

    test("the longest delays wait until they are cancelled") {
        for (time in listOf(Int.MAX_VALUE.toLong(), Int.MAX_VALUE + 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE)) {
            steps(3) {
                inVirtualTime {
                    val sleeper = launch(start = CoroutineStart.UNDISPATCHED) {
                        expect(1)
                        shouldThrow<CancellationException> { delay(time) }
                        expect(3)
                    }
                    // A turn or two: nothing may be due.
                    yield()
                    yield()
                    sleeper.isActive shouldBe true
                    expect(2)
                    sleeper.cancel()
                }
            }
        }
    }

    test("a delay longer than a timer of the loop can be is as long as it was asked for") {
        inVirtualTime {
            val before = loop.ticker().nanoTime()
            delay(60.days)
            (loop.ticker().nanoTime() - before) shouldBe 60.days.inWholeNanoseconds
        }
    }

    test("random delays end in order of their deadlines, and equal ones in the order they were begun") {
        checkAll(50, Arb.list(Arb.long(1L..40L), 1..40)) { times ->
            val ended = mutableListOf<Int>()
            inVirtualTime {
                times.forEachIndexed { i, time ->
                    launch(start = CoroutineStart.UNDISPATCHED) {
                        delay(time)
                        ended += i
                    }
                }
            }
            ended shouldBe times.indices.sortedBy { times[it] }
        }
    }

    test("a delay goes on at once in its timer, before what it resumes") {
        steps(4) {
            inVirtualTime {
                val channel = Channel<Unit>()
                launch {
                    expect(1)
                    channel.receive()
                    expect(4)
                }
                delay(100)
                expect(2)
                channel.send(Unit)
                expect(3)
            }
        }
    }

    test("cancelling a delay leaves no timer, from whichever side") {
        inVirtualTime {
            val dispatcher = loop.asCoroutineDispatcher() as Delay
            launch(start = CoroutineStart.UNDISPATCHED) {
                shouldThrow<CancellationException> {
                    suspendCancellableCoroutine { continuation ->
                        dispatcher.scheduleResumeAfterDelay(1_000_000, continuation)
                        continuation.cancel()
                    }
                }
            }
            loop.activeResources().filter { it.kind() == "Timeout" } shouldBe emptyList()
        }
    }

    test("no timeout: the value, without a dispatch, and no timer is left") {
        steps(4) {
            inVirtualTime {
                launch { expect(4) }
                expect(1)
                withTimeout(10_000) {
                    expect(2)
                    "value"
                } shouldBe "value"
                expect(3)
                loop.activeResources().filter { it.kind() == "Timeout" } shouldBe emptyList()
            }
        }
    }

    test("withTimeout waits for its children, and cancels them") {
        steps(4) {
            inVirtualTime {
                withTimeout(100) {
                    launch { expect(2) }
                    expect(1)
                }
                shouldThrow<TimeoutCancellationException> {
                    withTimeout(100) {
                        launch {
                            try {
                                awaitCancellation()
                            } finally {
                                expect(3)
                            }
                        }
                    }
                }.message.orEmpty() shouldContain "timed out waiting for 100 ms"
                expect(4)
            }
        }
    }

    test("a timeout of nothing, or of less, is over at once") {
        inVirtualTime {
            for (time in listOf(0L, -1L, Long.MIN_VALUE)) {
                shouldThrow<TimeoutCancellationException> { withTimeout(time) { error("must not run") } }
                    .message shouldBe "Timed out immediately"
                withTimeoutOrNull(time) { error("must not run") } shouldBe null
            }
        }
    }

    test("the longest timeouts do not run out") {
        inVirtualTime {
            for (time in listOf(Int.MAX_VALUE + 1L, Long.MAX_VALUE - 1, Long.MAX_VALUE)) {
                withTimeout(time) {
                    yield()
                    "value"
                } shouldBe "value"
            }
            withTimeout(Duration.INFINITE) { delay(1.hours) }
        }
    }

    test("a loop of yields is timed out") {
        runLoop {
            shouldThrow<TimeoutCancellationException> {
                withTimeout(5) {
                    while (true) yield()
                }
            }
        }
    }

    test("what a block makes of its timeout: its value is lost, its failure wins") {
        inVirtualTime {
            shouldThrow<TimeoutCancellationException> {
                withTimeout(10) {
                    try {
                        delay(1.hours)
                    } catch (_: CancellationException) {
                        "lost"
                    }
                }
            }
            shouldThrow<ExpectedFailure> {
                withTimeout(10) {
                    try {
                        delay(1.hours)
                    } catch (_: CancellationException) {
                        throw ExpectedFailure()
                    }
                }
            }
            shouldThrow<ExpectedFailure> { withTimeout(10) { throw ExpectedFailure() } }
        }
    }

    test("an inner timeout is not the outer one's") {
        inVirtualTime {
            withTimeoutOrNull(50) {
                withTimeoutOrNull(10) { awaitCancellation() } shouldBe null
                "outer"
            } shouldBe "outer"
            withTimeoutOrNull(10) {
                withTimeoutOrNull(50) { awaitCancellation() }
                "not reached"
            } shouldBe null
        }
    }

    test("a timeout says which coroutine it was") {
        inVirtualTime {
            shouldThrow<TimeoutCancellationException> {
                withContext(CoroutineName("waiting for x")) { withTimeout(1) { awaitCancellation() } }
            }.message.orEmpty() shouldContain "waiting for x"
        }
    }

    test("cancellation, catch and what follows run on the loop's thread") {
        runLoop {
            val here = Thread.currentThread()
            shouldThrow<TimeoutCancellationException> {
                withTimeout(5) {
                    try {
                        delay(1.hours)
                    } catch (e: CancellationException) {
                        Thread.currentThread() shouldBeSameInstanceAs here
                        throw e
                    }
                }
            }
            Thread.currentThread() shouldBeSameInstanceAs here
        }
    }

    test("a timeout around another dispatcher's work cancels it") {
        runLoop {
            withTimeoutOrNull(5) { withContext(Dispatchers.Default) { awaitCancellation() } } shouldBe null
        }
    }

    test("select takes the first timeout that is over; those at once before all others") {
        inVirtualTime {
            select {
                onTimeout(1_000) { "late" }
                onTimeout(100) { "first" }
                onTimeout(500) { "later" }
            } shouldBe "first"
            for (time in listOf(0L, -10L)) {
                select {
                    onTimeout(1_000) { "late" }
                    onTimeout(time) { "at once" }
                } shouldBe "at once"
            }
            // Timers of the losers are gone. (Out of the winner's callback, which itself counts.)
            yield()
            loop.activeResources().filter { it.kind() == "Timeout" } shouldBe emptyList()
        }
    }

    test("select between a channel and a timeout") {
        inVirtualTime {
            val channel = Channel<String>()
            launch {
                delay(10)
                channel.send("element")
            }

            suspend fun next() = select {
                channel.onReceive { it }
                onTimeout(50) { "timeout" }
            }
            next() shouldBe "element"
            next() shouldBe "timeout"
        }
    }

    test("an unbiased select is fair to timeouts that are over") {
        inVirtualTime {
            val counts = IntArray(2)
            repeat(1_000) {
                counts[
                    selectUnbiased {
                        onTimeout(-1_000) { 0 }
                        onTimeout(0) { 1 }
                    },
                ]++
            }
            counts[0] shouldBeGreaterThan 250
            counts[1] shouldBeGreaterThan 250
        }
    }

    test("a timer that is due when its coroutine is cancelled does nothing") {
        steps(2) {
            inVirtualTime {
                val children = mutableListOf<Job>()
                repeat(2) { i ->
                    children += launch(start = CoroutineStart.UNDISPATCHED) {
                        delay(10)
                        expect(1)
                        // Both are due in this phase; the other one is cancelled before its turn.
                        children[1 - i].cancel()
                    }
                }
                children.forEach { it.join() }
                children.count { it.isCancelled } shouldBe 1
                expect(2)
            }
        }
    }
})
