package io.gyre.conformance

import com.fasterxml.jackson.databind.JsonNode
import io.gyre.loop.Transport
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.shouldBe
import java.nio.file.Path

/** On a busy machine a program that depends on time is tried again, slower; and again, for a machine may stall. */
private val SCALES = listOf(1.0, 2.0, 3.0) + List(20) { 5.0 }

/**
 * Every scheduling program that has an async function or a top-level await, with coroutines in their place: the trace and
 * the exit code are those that Node gave.
 */
internal class CoroutineConformanceTest : FunSpec({
    val stored = Program.hand() + Program.lines("random.jsonl") + Program.lines("random-clears.jsonl")
    val programs = (stored + Program.lines(ofAwaits())).filter { it.json().hasAsyncFunctions() }

    fun outcome(
        program: Program,
        how: Awaiting,
    ): Outcome {
        var outcome: Outcome? = null
        for (scale in if (program.dependsOnTime()) SCALES else SCALES.take(1)) {
            outcome = Interpreter.run(program, Transport.preferred(), scale) { CoroutineFunctions(it, how) }
            if (outcome == program.expected()) {
                return outcome
            }
        }
        return outcome!!
    }

    Awaiting.entries.forEach { how ->
        test("async functions as coroutines, awaiting $how") {
            val differing = programs.mapNotNull { program ->
                val outcome = outcome(program, how)
                if (outcome == program.expected()) null else "$program: expected ${program.expected()}, was $outcome"
            }
            println("conformance: coroutines, awaiting $how: ${programs.size - differing.size} of ${programs.size}")
            withClue(differing.joinToString("\n")) { differing.size shouldBe 0 }
        }
    }

    test("there are such programs") {
        programs.size shouldBeGreaterThan 100
    }
})

/** Programs that were found by comparing random ones with Node, made small. */
private fun ofAwaits(): Path =
    Path.of(checkNotNull(CoroutineConformanceTest::class.java.getResource("/conformance/await.jsonl")).toURI())

private fun JsonNode.hasAsyncFunctions(): Boolean =
    path("main").asText() == "module" ||
        has("async") ||
        path("op").asText() == "async" ||
        any { it.hasAsyncFunctions() }
