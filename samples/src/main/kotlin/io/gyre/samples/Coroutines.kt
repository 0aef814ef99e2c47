package io.gyre.samples

import io.gyre.coroutines.async
import io.gyre.coroutines.await
import io.gyre.coroutines.blocking
import io.gyre.coroutines.createServer
import io.gyre.coroutines.runLoop
import io.gyre.coroutines.runLoopForExitCode
import io.gyre.coroutines.testing.request
import io.gyre.coroutines.testing.runLoopTest
import io.gyre.coroutines.withLoop
import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import io.gyre.loop.UnsettledMain
import io.gyre.promise.Promise
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import kotlin.time.Duration.Companion.hours

/** A loop whose program is a coroutine: what runs when, what is waited for, and what happens when it is stuck. */
fun main() {
    order()
    structure()
    loops()
    cancelled()
    stuck()
    connection()
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

private fun loops() {
    // docs: begin loops
    EventLoopGroup.start(2).use { workers ->
        runLoop(EventLoop.builder().name("main")) {
            val squares = List(4) { i ->
                workers.async { i * i }
            }
            println("squares ${squares.awaitAll()}")
            val there = withLoop(workers) { loop.name() }
            println("was on $there, is on ${EventLoop.current().name()}")
        }
    }
    // docs: end loops
}

private fun cancelled() {
    // docs: begin cancelled
    runLoop {
        val service = launch {
            try {
                delay(1.hours)
            } finally {
                withContext(NonCancellable) { loop.blocking { } }
                println("cleaned up")
            }
        }
        yield()
        service.cancelAndJoin()
        println("over; anything left: ${loop.isAlive}")
    }
    // docs: end cancelled
}

private fun stuck() {
    // docs: begin stuck
    val code = runLoopForExitCode(whenUnsettled = UnsettledMain.EXIT) {
        awaitCancellation()
    }
    println("exit code $code")
    // docs: end stuck
}

private fun connection() {
    // docs: begin connection
    runLoopTest {
        backgroundScope
            .createServer { request, response ->
                connection.launch {
                    try {
                        awaitCancellation()
                    } finally {
                        println("${request.path()} has left")
                    }
                }
                response.end("welcome")
            }.listen(80)
        println(network.request(80, "/anna").body)
    }
    // docs: end connection
}
