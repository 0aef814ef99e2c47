package io.gyre.samples

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.awaitWrite
import io.gyre.coroutines.createServer
import io.gyre.coroutines.testing.open
import io.gyre.coroutines.testing.request
import io.gyre.coroutines.testing.runLoopTest
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import java.time.Duration
import kotlin.time.Duration.Companion.days
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.seconds

/** Programs that wait for days and talk over slow networks, tested in no time. */
fun main() {
    time()
    turns()
    network()
    trouble()
}

private fun time() {
    // docs: begin time
    runLoopTest {
        val reminder = async {
            delay(1.days)
            "remember"
        }
        advanceTimeBy(23.hours)
        println("after $currentTime ms: ${reminder.isCompleted}")
        println("${reminder.await()} after $currentTime ms")
    }
    // docs: end time
}

private fun turns() {
    // docs: begin turns
    runLoopTest {
        loop.setImmediate {
            println("immediate")
            loop.setImmediate { println("immediate of the next turn") }
        }
        turn()
        println("one turn")
        turn()
        println("two turns, $currentTime ms")
    }
    // docs: end turns
}

private fun network() {
    // docs: begin network
    runLoopTest {
        backgroundScope
            .createServer { request, response ->
                delay(2.seconds)
                response.end("hello, ${request.path()}")
            }.listen(80)
        network.latency(Duration.ofMillis(50))
        val answer = network.request(80, "/world")
        println("${answer.status} ${answer.body} after $currentTime ms")
    }
    // docs: end network
}

private fun trouble() {
    // docs: begin trouble
    runLoopTest {
        backgroundScope
            .createServer { _, response ->
                response.write("the first half, ")
                delay(1.hours)
                response.end("the second")
            }.listen(80)
        val client = network.open(80)
        client.awaitWrite(Buffer.utf8("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        println(client.connection().isOpen)
        val reading = launch {
            runCatching { client.asFlow().collect { } }.onFailure { println("${it.message} at $currentTime ms") }
        }
        advanceTimeBy(10.seconds)
        client.connection().reset()
        reading.join()
        println(network.connections())
    }
    // docs: end trouble
}
