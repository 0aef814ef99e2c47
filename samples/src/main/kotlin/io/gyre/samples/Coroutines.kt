package io.gyre.samples

import io.gyre.coroutines.await
import io.gyre.coroutines.blocking
import io.gyre.coroutines.runLoop
import io.gyre.coroutines.runLoopForExitCode
import io.gyre.loop.UnsettledMain
import io.gyre.promise.Promise
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.yield

/** A loop whose program is a coroutine: what runs when, what is waited for, and what happens when it is stuck. */
fun main() {
    order()
    structure()
    stuck()
}

private fun order() {
    // docs: begin order
    runLoop {
        launch {
            println("another coroutine")
            yield()
            println("the other one, in the next check phase")
        }
        loop.setImmediate { println("immediate") }
        loop.nextTick { println("tick") }
        println("main begins")
        Promise.resolve("main, in a microtask").await().let(::println)
    }
    // docs: end order
}

private fun structure() {
    // docs: begin structure
    val sum = runLoop {
        val slow = async {
            delay(20)
            40
        }
        val fromWorker = async {
            loop.blocking { 2 }
        }
        slow.await() + fromWorker.await()
    }
    println("sum $sum")
    // docs: end structure
}

private fun stuck() {
    // docs: begin stuck
    val code = runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) {
        awaitCancellation()
    }
    println("exit code $code")
    // docs: end stuck
}
