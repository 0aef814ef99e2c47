package io.gyre.coroutines

import io.kotest.assertions.withClue
import io.kotest.matchers.shouldBe
import java.util.concurrent.atomic.AtomicInteger

/** Numbered steps: each says when it must be reached, and the numbers are read down the page of the test. */
internal class Steps {
    private val reached = AtomicInteger()

    fun expect(step: Int) {
        val actual = reached.incrementAndGet()
        if (actual != step) {
            // Not an assertion alone: it may be caught by the code under test.
            wrong = "step $step was reached as number $actual"
        }
        actual shouldBe step
    }

    @Volatile
    private var wrong: String? = null

    fun finish(step: Int) {
        withClue("steps reached") { reached.get() shouldBe step }
        wrong shouldBe null
    }
}

internal inline fun steps(last: Int, program: Steps.() -> Unit) {
    Steps().apply(program).finish(last)
}
