package io.gyre.samples.pipelines

import io.kotest.assertions.assertSoftly
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.longs.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.property.arbitrary.arbitrary
import io.kotest.property.checkAll

/**
 * Random pipelines in three styles, with random speeds, sizes and ends: whatever they are, bytes arrive in order, no
 * stage holds more than its high-water mark and a chunk, and nothing is left over.
 *
 * They run in virtual time. A failure prints the program and its seed; `-Dgyre.pipelines.seed=...` runs that program
 * alone, `-Dgyre.pipelines.cases=...` another number of them.
 */
internal class PipelinesPropertyTest : FunSpec({
    val seed = System.getProperty("gyre.pipelines.seed")?.toLong()
    val cases = Integer.getInteger("gyre.pipelines.cases", if (seed == null) 500 else 1)

    test("random pipelines") {
        val programs = arbitrary { Program(seed ?: it.random.nextLong()) }
        checkAll(cases, programs) { program -> check(program) }
    }
})

private fun check(program: Program) {
    val outcome = program.run()
    withClue({ "$program; failed with ${outcome.failure}" }) {
        assertSoftly {
            withClue("came to an end") { outcome.isThrough shouldBe true }
            withClue("order") { outcome.problem shouldBe null }
            withClue("left open") { outcome.open.shouldBeEmpty() }
            withClue("keeps the loop alive") { outcome.alive.shouldBeEmpty() }
            withClue({ "bytes held at most, beside ${outcome.allowances}: ${outcome.traffic.whereAtPeak}" }) {
                outcome.traffic.peak shouldBeLessThanOrEqual outcome.allowances.sumOf { it.total }
            }
            if (program.isHealthy) {
                outcome.failure shouldBe null
                outcome.isFinished shouldBe true
            }
            if (outcome.failure == null) {
                withClue("bytes out") { outcome.traffic.taken shouldBe outcome.traffic.made }
            }
        }
    }
}
