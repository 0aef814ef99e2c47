package io.gyre.coroutines.samples

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.awaitAbortable
import io.gyre.coroutines.awaitEvent
import io.gyre.coroutines.blocking
import io.gyre.coroutines.createServer
import io.gyre.coroutines.interval
import io.gyre.coroutines.io.readAllTo
import io.gyre.coroutines.pipeTo
import io.gyre.coroutines.runLoop
import io.gyre.coroutines.testing.open
import io.gyre.coroutines.testing.request
import io.gyre.coroutines.testing.runLoopTest
import io.gyre.fs.FileSystem
import io.gyre.promise.Promise
import io.gyre.stream.Readable
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlinx.io.readLine
import java.nio.file.Path
import java.time.Duration
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

// What the API documentation shows; ApiSamplesTest runs each.

fun programSample(): Int =
    runLoop {
        val slow = async {
            delay(20)
            40
        }
        val fromWorker = async { loop.blocking { 2 } }
        slow.await() + fromWorker.await()
    }

fun testSample() {
    runLoopTest {
        val reminder = async { delay(24.hours) }
        advanceTimeBy(23.hours)
        reminder.isCompleted shouldBe false
        reminder.await()
        currentTime shouldBe 24.hours.inWholeMilliseconds
    }
}

fun networkSample() {
    runLoopTest {
        network.latency(Duration.ofMillis(50))
        backgroundScope
            .createServer { request, response -> response.end("hello, ${request.path()}") }
            .listen(80)
        network.request(80, "/world").body.toString() shouldBe "hello, /world"
    }
}

fun socketSample() {
    runLoopTest {
        backgroundScope.createServer { _, response -> response.end() }.listen(80)
        val client = network.open(80)
        client.connection().stall()
        client.end(Buffer.utf8("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        withTimeoutOrNull(10.seconds) { client.asFlow().toList() } shouldBe null
    }
}

fun connectionSample() {
    runLoopTest {
        val goodbye = CompletableDeferred<String>()
        backgroundScope
            .createServer { request, response ->
                connection.launch {
                    try {
                        awaitCancellation()
                    } finally {
                        goodbye.complete("${request.path()} has left")
                    }
                }
                response.end("welcome")
            }.listen(80)
        network.request(80, "/anna").body.toString() shouldBe "welcome"
        goodbye.await() shouldBe "/anna has left"
    }
}

fun intervalSample() {
    runLoopTest {
        loop.interval(100.milliseconds).take(3).toList() shouldBe listOf(1L, 2L, 3L)
        currentTime shouldBe 300
    }
}

fun flowSample(target: Path) {
    runLoop {
        val lines = Readable.from(loop, listOf("one", "two"))
        lines
            .asFlow()
            .map { Buffer.utf8("$it\n") }
            .pipeTo(FileSystem.of(loop).createWriteStream(target))
    }
}

fun kotlinxIoSample() {
    runLoop {
        val stream = Readable.from(loop, listOf(Buffer.utf8("name=Anna\nci"), Buffer.utf8("ty=Oslo\n")))
        val bytes = kotlinx.io.Buffer()
        stream.readAllTo(bytes, maxLength = 1_000)
        bytes.readLine() shouldBe "name=Anna"
        bytes.readLine() shouldBe "city=Oslo"
    }
}

fun eventSample() {
    runLoopTest {
        val numbers: Readable<Int> = Readable.from(loop, listOf(1, 2))
        numbers.destroy()
        awaitEvent { emit -> numbers.onClose { emit(Unit) } }
        numbers.isClosed shouldBe true
    }
}

fun abortSample() {
    runLoopTest {
        val answer = withTimeoutOrNull(1.seconds) {
            loop.awaitAbortable { signal ->
                Promise.create<Int>(loop) { resolvers -> signal.onAbort { resolvers.reject(it) } }
            }
        }
        answer shouldBe null
    }
}
