package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import io.gyre.stream.AsyncIterator
import io.gyre.stream.IteratorResult
import io.gyre.stream.Readable
import io.gyre.stream.web.ReadableStream
import io.gyre.stream.web.WebStreams
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.nulls.shouldBeNull
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch

/** Async iterators and web streams as flows, and flows into web streams. */
internal class WebStreamFlowsTest : FunSpec({
    test("an async iterator is a flow of its elements, asked for one at a time") {
        inVirtualTime {
            val numbers = Numbers(loop, 1..5)
            numbers
                .asFlow()
                .onEach { delay(1) }
                .onEach { numbers.asked shouldBe it }
                .toList() shouldContainExactly
                listOf(1, 2, 3, 4, 5)
            numbers.isClosed shouldBe false
        }
    }

    test("a collector that has enough, fails or is cancelled closes the iterator") {
        runLoop {
            val enough = Numbers(loop, 1..5)
            enough.asFlow().take(2).toList() shouldContainExactly listOf(1, 2)
            enough.isClosed shouldBe true
            enough.cause.shouldBeNull()

            val failing = Numbers(loop, 1..5)
            shouldThrow<IllegalStateException> { failing.asFlow().collect { error("fails") } }
            failing.cause.shouldBeInstanceOf<IllegalStateException>()

            val stuck = Numbers(loop, IntRange.EMPTY, endless = true)
            val reader = launch(start = CoroutineStart.UNDISPATCHED) { stuck.asFlow().collect { } }
            reader.cancelAndJoin()
            stuck.isClosed shouldBe true
            stuck.cause.shouldBeNull()
        }
    }

    test("an iterator that fails fails the flow, and is not closed again") {
        runLoop {
            val broken = Numbers(loop, 1..2, failure = IllegalStateException("broken"))
            val seen = mutableListOf<Int>()
            shouldThrow<IllegalStateException> { broken.asFlow().collect { seen += it } }.message shouldBe "broken"
            seen shouldContainExactly listOf(1, 2)
            broken.isClosed shouldBe false
        }
    }

    test("a web stream is a flow of its chunks, and is unlocked after it") {
        runLoop {
            val stream = ReadableStream.from(loop, listOf("a", "b", "c"))
            stream.asFlow().map { it.uppercase() }.toList() shouldContainExactly listOf("A", "B", "C")
            stream.isLocked shouldBe false
        }
    }

    test("a collector that has enough or is cancelled cancels the web stream") {
        inVirtualTime {
            val source = Readable.from(loop, 1..1_000)
            WebStreams
                .toWeb(source)
                .asFlow()
                .take(2)
                .toList() shouldContainExactly listOf(1, 2)
            loop.awaitImmediate()
            source.isDestroyed shouldBe true

            val silent = Silent(loop)
            val reader = launch(start = CoroutineStart.UNDISPATCHED) { WebStreams.toWeb(silent).asFlow().collect { } }
            delay(1)
            reader.cancelAndJoin()
            loop.awaitImmediate()
            silent.isDestroyed shouldBe true
        }
    }

    test("a locked web stream says so") {
        runLoop {
            val stream = ReadableStream.from(loop, listOf(1))
            stream.getReader()
            shouldThrow<IllegalStateException> { stream.asFlow().collect { } }
        }
    }

    test("a flow is written to a web stream at its pace, and closes it") {
        runLoop {
            val sink = Sink(loop)
            flowOf(1, 2, 3, 4, 5).pipeTo(WebStreams.toWeb(sink))
            sink.taken shouldContainExactly listOf(1, 2, 3, 4, 5)
            sink.isWritableFinished shouldBe true
        }
    }

    test("a flow that fails or is cancelled aborts the web stream; one that breaks fails the flow") {
        inVirtualTime {
            val sink = Sink(loop)
            val failing = flow<Int> {
                emit(1)
                error("fails")
            }
            shouldThrow<IllegalStateException> { failing.pipeTo(WebStreams.toWeb(sink)) }.message shouldBe "fails"
            loop.awaitImmediate()
            sink.isDestroyed shouldBe true

            val stuck = Sink(loop, stuck = true)
            val writer = launch(start = CoroutineStart.UNDISPATCHED) {
                flow { repeat(100) { emit(it) } }.pipeTo(WebStreams.toWeb(stuck))
            }
            delay(1)
            writer.isActive shouldBe true
            writer.cancelAndJoin()

            val breaking = Sink(loop)
            val thrown = shouldThrow<IllegalStateException> {
                flow {
                    emit(1)
                    breaking.destroy(IllegalStateException("broken"))
                    delay(1)
                    repeat(100) { emit(it) }
                }.pipeTo(WebStreams.toWeb(breaking))
            }
            thrown.message shouldBe "broken"
        }
    }
})

/** Counts, and keeps what it was closed with. */
private class Numbers(
    private val loop: EventLoop,
    range: IntRange,
    private val failure: Throwable? = null,
    private val endless: Boolean = false,
) : AsyncIterator<Int> {
    private val numbers = range.iterator()
    var asked = 0
        private set
    var isClosed = false
        private set
    var cause: Throwable? = null
        private set

    override fun next(): Promise<IteratorResult<Int>> {
        asked++
        return when {
            endless -> Promise.withResolvers<IteratorResult<Int>>(loop).promise()
            numbers.hasNext() -> Promise.resolve(loop, IteratorResult.of(numbers.next()))
            failure != null -> Promise.reject(loop, failure)
            else -> Promise.resolve(loop, IteratorResult.end())
        }
    }

    override fun close(cause: Throwable?): Promise<Void?> {
        isClosed = true
        this.cause = cause
        return Promise.resolve(loop, null)
    }
}
