package io.gyre.coroutines.testing

import app.cash.turbine.test
import io.gyre.coroutines.asCoroutineDispatcher
import io.kotest.assertions.nondeterministic.continually
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.withContext
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.minutes

/** What people use beside `runTest` works in a test on a loop as well. */
internal class OtherToolsTest : FunSpec({
    test("Turbine's timeout is real: an item that comes in an hour is there at once") {
        runLoopTest {
            val state = MutableStateFlow(1)
            launch { delay(1.hours).also { state.value = 2 } }
            state.test(timeout = 1.minutes) {
                awaitItem() shouldBe 1
                awaitItem() shouldBe 2
            }
            currentTime shouldBe 1.hours.inWholeMilliseconds
            // What Turbine collects runs on no dispatcher: the delays of the flow itself need one.
            val ticks = flow { repeat(3) { delay(1.hours).also { _ -> emit(it) } } }
            ticks.flowOn(loop.asCoroutineDispatcher()).test(timeout = 1.minutes) {
                repeat(3) { awaitItem() shouldBe it }
                awaitComplete()
            }
            currentTime shouldBe 4.hours.inWholeMilliseconds
        }
    }

    test("so are those of Kotest's eventually and continually") {
        runLoopTest {
            var done = false
            launch { delay(10.hours).also { done = true } }
            eventually(1.minutes) { done shouldBe true }
            continually(30.milliseconds) { done shouldBe true }
        }
    }

    test("a dispatcher of runTest, which nobody would turn here, is refused") {
        runLoopTest {
            shouldThrow<IllegalStateException> { withContext(StandardTestDispatcher()) { delay(1) } }
        }
    }
})
