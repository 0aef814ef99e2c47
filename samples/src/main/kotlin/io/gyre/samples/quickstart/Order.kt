package io.gyre.samples.quickstart

import io.gyre.coroutines.await
import io.gyre.coroutines.coroutineScope
import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** One line of the puzzle's answer: what ran, where in the loop, and why there. */
internal class Step(val what: String, val phase: String, val turn: Long, val why: String)

/** Plays the puzzle on the running loop: starts everything at once, and notes in which order it runs. */
internal suspend fun playOrder(loop: EventLoop): List<Step> {
    val steps = mutableListOf<Step>()
    val first = loop.turnCount()
    val done = CompletableDeferred<Unit>()

    fun ran(what: String, why: String) {
        steps += Step(what, loop.phase().name.lowercase(), loop.turnCount() - first, why)
    }
    val scope = loop.coroutineScope()
    loop.setTimeout({
        ran("setTimeout 0", "Timers end the turn. At least a millisecond passes, so this may be a later turn.")
        done.complete(Unit)
    }, 0)
    loop.setImmediate { ran("setImmediate", "The check phase follows the poll phase, in which this request arrived.") }
    scope.launch {
        ran("launch", "A coroutine begins as a microtask, in line with the reactions of promises.")
        yield()
        ran("after yield", "yield() lets the loop go round: the coroutine goes on in a check phase.")
    }
    Promise.resolve(loop, Unit).thenAccept {
        ran("promise.then", "A reaction of a promise is a microtask too.")
    }
    scope.launch {
        Promise.resolve(loop, Unit).await()
        ran("after await", "What follows await is one more microtask, behind those that were queued before.")
    }
    loop.queueMicrotask { ran("queueMicrotask", "Microtasks run in the order they were queued.") }
    loop.nextTick { ran("nextTick", "Ticks run before all microtasks, as soon as the callback is over.") }
    ran("the handler itself", "Nothing interrupts a running callback.")
    done.await()
    // The immediates of the next turn have run when this one has.
    yield()
    return steps
}

internal fun orderPage(steps: List<Step>): String =
    page(
        "The order of things",
        steps.withIndex().joinToString(
            "\n",
            "<p>One callback started all of these, the last ones first. They ran in this order, on the loop that " +
                "sends you this page.</p>\n<table>\n",
            "\n</table>\n<p><a href=\"/\">Back</a></p>",
        ) { (index, step) ->
            "<tr><td>${index + 1}.</td><td><b>${escaped(step.what)}</b></td>" +
                "<td>${step.phase}, turn +${step.turn}</td><td>${escaped(step.why)}</td></tr>"
        },
    )
