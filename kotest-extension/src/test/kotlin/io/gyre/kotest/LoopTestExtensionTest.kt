package io.gyre.kotest

import io.gyre.coroutines.createServer
import io.gyre.coroutines.testing.request
import io.gyre.loop.EventLoop
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.spec.style.DescribeSpec
import io.kotest.core.spec.style.FunSpec
import io.kotest.core.test.TestCase
import io.kotest.engine.test.TestResult
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

/** Kotest's test cases run on a loop in virtual time. */
internal class LoopTestExtensionTest : FunSpec({
    // The loop's own timeout is so far away that no slow machine comes near it.
    extension(LoopTestExtension(timeout = 1.hours) { name("of the spec") })

    test("a test case runs on a loop whose clock it moves") {
        EventLoop.current() shouldBe loopTest.loop
        loopTest.loop.name() shouldBe "of the spec"
        val reminder = async { delay(1.days) }
        loopTest.advanceTimeBy(23.hours)
        reminder.isCompleted shouldBe false
        reminder.await()
        loopTest.currentTime shouldBe 1.days.inWholeMilliseconds
    }

    // Kotest's own timeout is real time: a day passes within it.
    test("delays are skipped in no time").config(timeout = 30.minutes, invocationTimeout = 30.minutes) {
        launch { delay(10.days) }
    }

    test("a server and a client talk in virtual time") {
        loopTest.backgroundScope
            .createServer { _, response ->
                delay(1.hours)
                response.end("an hour later")
            }.listen(80)
        loopTest.network
            .request(80, "/")
            .body
            .toString() shouldBe "an hour later"
    }

    // Long before the loop's own hour is over.
    test("a timeout of Kotest's cancels the test").config(
        timeout = 100.milliseconds,
        extensions = listOf(TimesOut),
    ) {
        awaitCancellation()
    }

    test("a timeout of Kotest's interrupts a test that says it blocks").config(
        timeout = 100.milliseconds,
        blockingTest = true,
        extensions = listOf(TimesOut),
    ) {
        while (true) delay(1.hours)
    }

    context("in a container") {
        EventLoop.currentOrNull().shouldBeNull()

        test("each test case has a loop of its own") {
            loopTest.currentTime shouldBe 0
            delay(5)
        }
        test("whose clock begins at zero") {
            loopTest.currentTime shouldBe 0
        }
    }
})

/** Without it there is no loop; and a failure on the loop is the failure of the test case. */
internal class WithoutLoopTest : DescribeSpec({
    describe("a test without the extension") {
        it("is told what is missing") {
            shouldThrow<IllegalStateException> { loopTest }.message shouldContain "LoopTestExtension"
        }
    }

    describe("a test with it") {
        it("fails with what nobody handled on the loop").config(extensions = listOf(Inverted, LoopTestExtension())) {
            loopTest.loop.setTimeout({ error("in a timer") }, 5)
            delay(1.hours)
        }
    }
})

/** Expects the test case to run out of time, soon. */
private object TimesOut : TestCaseExtension {
    override suspend fun intercept(
        testCase: TestCase,
        execute: suspend (TestCase) -> TestResult,
    ): TestResult {
        val result = execute(testCase)
        val error = result.errorOrNull
        return when {
            result.duration > 30.minutes -> TestResult.Error(
                result.duration,
                AssertionError("it took too long: $result"),
            )
            error is TimeoutCancellationException || error is InterruptedException -> TestResult.Success(
                result.duration,
            )
            else -> TestResult.Error(result.duration, AssertionError("expected a timeout rather than $result"))
        }
    }
}

/** Turns the expected failure of a test case into its success. */
private object Inverted : TestCaseExtension {
    override suspend fun intercept(
        testCase: TestCase,
        execute: suspend (TestCase) -> TestResult,
    ): TestResult {
        val result = execute(testCase)
        return if (result.errorOrNull?.message == "in a timer") {
            TestResult.Success(result.duration)
        } else {
            TestResult.Error(result.duration, AssertionError("expected another failure than $result"))
        }
    }
}
