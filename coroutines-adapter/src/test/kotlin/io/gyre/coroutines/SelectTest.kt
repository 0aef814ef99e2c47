package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.coroutines.testing.open
import io.gyre.coroutines.testing.runLoopTest
import io.gyre.promise.Promise
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.sample
import kotlinx.coroutines.flow.timeout
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.selects.onTimeout
import kotlinx.coroutines.selects.select
import kotlinx.coroutines.selects.whileSelect
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** What comes first: timers, channels and sockets of one loop, and flows whose operators know of time. */
@OptIn(ExperimentalCoroutinesApi::class, FlowPreview::class)
internal class SelectTest : FunSpec({
    test("a timer, a channel, a promise: the first one wins, and the timer is cleared") {
        runLoopTest {
            val channel = Channel<String>()
            val slow = Promise.create<String>(loop) { r -> loop.setTimeout({ r.resolve("promise") }, 300) }.asDeferred()

            suspend fun first(limit: Long): String =
                select {
                    channel.onReceive { it }
                    slow.onAwait { it }
                    onTimeout(limit) { "timeout" }
                }
            launch {
                delay(100)
                channel.send("channel")
            }
            first(200) shouldBe "channel"
            currentTime shouldBe 100
            first(50) shouldBe "timeout"
            currentTime shouldBe 150
            first(1.hours.inWholeMilliseconds) shouldBe "promise"
            currentTime shouldBe 300
            advanceUntilIdle()
            currentTime shouldBe 300
        }
    }

    test("a socket with a deadline that each piece moves") {
        runLoopTest {
            backgroundScope
                .createServer { _, response ->
                    response.write("one")
                    delay(2.seconds)
                    response.write("two")
                    delay(1.hours)
                    response.end("too late")
                }.listen(80)
            val client = network.open(80)
            client.awaitWrite(Buffer.utf8("GET / HTTP/1.0\r\nHost: here\r\n\r\n"))
            val pieces = client.produceIn(backgroundScope)
            val text = StringBuilder()
            whileSelect {
                pieces.onReceiveCatching { piece ->
                    text.append(piece.getOrThrow())
                    true
                }
                onTimeout(3.seconds) { false }
            }
            currentTime shouldBe 5.seconds.inWholeMilliseconds
            text.toString().substringAfter("\r\n\r\n").filter(Char::isLetter) shouldBe "onetwo"
            pieces.cancel()
            client.destroy()
        }
    }

    test("a channel that is sent to, or given up after a time") {
        runLoopTest {
            val full = Channel<Int>()
            val sent = select {
                full.onSend(1) { true }
                onTimeout(20.milliseconds) { false }
            }
            sent shouldBe false
            currentTime shouldBe 20
            val receiver = async { full.receive() }
            select {
                full.onSend(2) { true }
                onTimeout(20.milliseconds) { false }
            } shouldBe true
            receiver.await() shouldBe 2
            currentTime shouldBe 20
        }
    }

    test("debounce, sample and timeout go by the loop's clock") {
        runLoopTest {
            fun keys(): Flow<Int> =
                flow {
                    listOf(0L, 90, 90, 150, 50, 500).forEachIndexed { number, pause ->
                        delay(pause)
                        emit(number)
                    }
                }
            keys().debounce(100.milliseconds).map { it to currentTime }.toList() shouldContainExactly
                listOf(2 to 280L, 4 to 480L, 5 to 880L)
            val begin = currentTime
            keys().sample(200.milliseconds).map { it to currentTime - begin }.toList() shouldContainExactly
                listOf(2 to 200L, 4 to 400L)
            val again = currentTime
            shouldThrow<TimeoutCancellationException> { keys().timeout(300.milliseconds).collect { } }
            currentTime - again shouldBe 380 + 300
        }
    }

    test("collectLatest gives up the work of the element before") {
        runLoopTest {
            val done = mutableListOf<Pair<Int, Long>>()
            flow {
                listOf(0L, 100, 100, 200).forEachIndexed { number, pause ->
                    delay(pause)
                    emit(number)
                }
            }.collectLatest { number ->
                delay(150)
                done += number to currentTime
            }
            done shouldContainExactly listOf(2 to 350L, 3 to 550L)
        }
    }
})
