package io.gyre.kotest

import io.gyre.coroutines.testing.LoopTestScope
import io.gyre.coroutines.testing.runLoopTest
import io.gyre.loop.EventLoopBuilder
import io.kotest.core.extensions.TestCaseExtension
import io.kotest.core.test.TestCase
import io.kotest.core.test.TestScope
import io.kotest.core.test.TestType
import io.kotest.engine.test.TestResult
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Runs each test case as [runLoopTest] does: on a loop of its own, in virtual time, with a network in memory.
 *
 * ```
 * class ReminderTest : FunSpec({
 *     extension(LoopTestExtension())
 *
 *     test("a reminder comes after a day") {
 *         val reminder = async { remind(after = 1.days) }
 *         loopTest.advanceTimeBy(23.hours)
 *         reminder.isCompleted shouldBe false
 *         reminder.await()
 *     }
 * })
 * ```
 *
 * For one spec with `extension(...)`, for some tests in their `config(extensions = ...)`, for all in the project's
 * configuration. Containers run as without it: each of their test cases has its loop. The loop runs innermost, so the
 * timeouts that Kotest knows of count real time, and cancel the test; lifecycle callbacks are outside of the loop.
 *
 * @param timeout how long a test case may take in real time
 * @param configure changes how the loops are made
 */
public class LoopTestExtension(
    private val timeout: Duration = 60.seconds,
    private val configure: EventLoopBuilder.() -> Unit = {},
) : TestCaseExtension {
    override suspend fun intercept(
        testCase: TestCase,
        execute: suspend (TestCase) -> TestResult,
    ): TestResult =
        execute(if (testCase.type == TestType.Test) testCase.copy(test = onALoop(testCase.test)) else testCase)

    private fun onALoop(test: suspend TestScope.() -> Unit): suspend TestScope.() -> Unit =
        {
            val outer = this
            // What cancels the test case, such as its timeout, cancels the loop's test; a failure is thrown, and no more.
            val job = SupervisorJob(coroutineContext[Job])
            // The elements of Kotest come along.
            val elements = coroutineContext.minusKey(ContinuationInterceptor) + job
            try {
                runLoopTest(elements, timeout, configure) {
                    LoopTestCaseScope(outer, coroutineContext + LoopTestElement(this)).test()
                }
            } finally {
                job.cancel()
            }
        }
}

/**
 * The scope of the loop that this test case runs on.
 *
 * @throws IllegalStateException if no [LoopTestExtension] is in force
 */
public val TestScope.loopTest: LoopTestScope
    get() =
        coroutineContext[LoopTestElement]?.scope
            ?: error(
                "test '${testCase.name.name}' does not run on a loop; add extension(LoopTestExtension()) to its spec",
            )

private class LoopTestElement(
    val scope: LoopTestScope,
) : AbstractCoroutineContextElement(LoopTestElement) {
    companion object Key : CoroutineContext.Key<LoopTestElement>
}

/** Kotest's scope of a test case, with the coroutines of the loop. */
private class LoopTestCaseScope(
    outer: TestScope,
    override val coroutineContext: CoroutineContext,
) : TestScope by outer
