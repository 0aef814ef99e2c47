package io.gyre.conformance

import com.fasterxml.jackson.databind.JsonNode
import io.gyre.coroutines.LoopScope
import io.gyre.coroutines.await
import io.gyre.coroutines.awaitImmediate
import io.gyre.coroutines.awaitTick
import io.gyre.coroutines.coroutineScope
import io.gyre.promise.Promise
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.yield

/** How a coroutine awaits timeouts, ticks and immediates. */
internal enum class Awaiting(
    private val description: String,
) {
    PROMISES("by promises that their callbacks resolve"),
    FUNCTIONS("by suspending functions of their own"),
    YIELDS("by suspending functions, immediates by yield"),
    ;

    override fun toString(): String = description
}

/**
 * Calls the async functions of a program as coroutines: each is a coroutine that starts at once, and each `await` of it
 * is a suspension.
 *
 * @param how how timeouts, ticks and immediates are awaited
 */
internal class CoroutineFunctions(
    private val program: Interpreter,
    private val how: Awaiting,
) : AsyncCalls {
    private val scope: LoopScope by lazy(LazyThreadSafetyMode.NONE) { program.loop().coroutineScope() }

    /** How a list of steps was left, unless it threw. */
    private sealed interface Completion

    private data object Normal : Completion

    /** @property promise null for a plain return */
    private class Returned(
        val promise: Promise<Any?>?,
    ) : Completion

    /** As `promise { }`, except that a returned promise is adopted, which costs the microtasks that JavaScript says. */
    @OptIn(ExperimentalCoroutinesApi::class)
    override fun call(
        steps: JsonNode,
        caught: Throwable?,
    ): Promise<Any?> {
        val result = Promise.withResolvers<Any?>(program.loop())
        val coroutine = scope.async(start = CoroutineStart.UNDISPATCHED) { run(steps, caught) }
        coroutine.invokeOnCompletion { failure ->
            if (failure != null) {
                result.reject(failure)
            } else {
                val completion = coroutine.getCompleted()
                if (completion is Returned && completion.promise != null) {
                    result.adopt(completion.promise)
                } else {
                    result.resolve(null)
                }
            }
        }
        if (program.loop().isHalted && coroutine.isCompleted) {
            // What ends the loop ends the callers too.
            coroutine.getCompletionExceptionOrNull()?.let { throw it }
        }
        return result.promise()
    }

    private suspend fun run(
        steps: JsonNode,
        caught: Throwable?,
    ): Completion {
        for (step in steps) {
            when (step.path("op").asText()) {
                "await" -> await(step, caught)
                "try" -> tryBlock(step, caught).let { if (it != Normal) return it }
                "return" -> {
                    val ofPromise = step.path("promise").asBoolean()
                    return Returned(if (ofPromise) Promise.resolve<Any?>(program.loop(), null) else null)
                }
                else -> program.action(step, caught)
            }
        }
        return Normal
    }

    private suspend fun tryBlock(
        step: JsonNode,
        caught: Throwable?,
    ): Completion {
        var outcome = runCatching { run(step["steps"], caught) }
        outcome.exceptionOrNull()?.let { error ->
            if (step.has("catch") && error is ProgramError) {
                outcome = runCatching { run(step["catch"], error) }
            }
        }
        if (step.has("finally")) {
            val last = run(step["finally"], caught)
            if (last != Normal) {
                return last
            }
        }
        return outcome.getOrThrow()
    }

    private suspend fun await(
        step: JsonNode,
        caught: Throwable?,
    ) {
        val loop = program.loop()
        val millis = program.scaled(step.path("ms").asLong())
        when (val on = step.path("on").asText("value")) {
            "value", "resolved" -> Promise.resolve(loop, Unit).await()
            "rejected" -> Promise.reject<Unit>(loop, ProgramError(step["label"].asText())).await()
            "deferred" -> program.deferred(step["id"].asText()).promise().await()
            "async" -> call(step["steps"], caught).await()
            "never" -> Promise.create<Unit>(loop) { }.await()
            else ->
                when {
                    how == Awaiting.YIELDS && on == "immediate" -> yield()
                    how != Awaiting.PROMISES && on == "nextTick" -> loop.awaitTick()
                    how != Awaiting.PROMISES && on == "immediate" -> loop.awaitImmediate()
                    how != Awaiting.PROMISES && on == "timeout" -> delay(millis.coerceAtLeast(1))
                    else -> Promise.create<Unit>(loop) { r -> program.schedule(on, millis) { r.resolve(Unit) } }.await()
                }
        }
    }
}
