package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.stream.DuplexOptions
import io.gyre.stream.PassThrough
import io.gyre.stream.StreamException
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContain
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** Streams as flows and flows into streams: pace, errors, cancellation. */
internal class StreamsTest : FunSpec({
    test("a flow gives all chunks in order and completes at the end") {
        runLoop {
            val source = Counter(loop, last = 1000)
            source.asFlow().toList() shouldContainExactly (1..1000).toList()
            yield()
            source.isDestroyed shouldBe true
        }
    }

    test("a slow collector pauses the source: no more is read ahead than the high-water mark and one") {
        runLoop {
            val source = Counter(loop, last = 100)
            val ahead = mutableListOf<Int>()
            val numbers: Flow<Int> = source.asFlow()
            numbers.collect { number ->
                yield()
                ahead.add(source.produced - number)
            }
            ahead.size shouldBe 100
            ahead.max() shouldBeLessThanOrEqual HIGH_WATER_MARK + 1
        }
    }

    test("an error of the source arrives at the collector, after the chunks before it") {
        val failure = IllegalStateException("broken")
        val seen = mutableListOf<Int>()
        runLoop {
            val source = Counter(loop, last = 3, failure)
            shouldThrow<IllegalStateException> { source.asFlow().collect { seen += it } }
                .message shouldBe "broken"
        }
        seen shouldContainExactly listOf(1, 2, 3)
    }

    test("a collector that has enough destroys the source without an error") {
        runLoop {
            val source = Counter(loop, last = null)
            source.asFlow().take(3).toList() shouldContainExactly listOf(1, 2, 3)
            source.isDestroyed shouldBe true
            source.errored() shouldBe null
        }
    }

    test("a collector that fails destroys the source with its failure") {
        val failure = IllegalStateException("collector")
        runLoop {
            val source = Counter(loop, last = null)
            shouldThrow<IllegalStateException> { source.asFlow().collect { throw failure } }
            source.errored() shouldBeSameInstanceAs failure
        }
    }

    test("a cancelled collector destroys the source, also while it waits for a chunk") {
        inVirtualTime {
            val silent = Silent(loop)
            val collector = launch(start = CoroutineStart.UNDISPATCHED) { silent.asFlow().collect() }
            delay(1)
            collector.cancel()
            collector.join()
            silent.isDestroyed shouldBe true
            silent.freed shouldBe true
        }
    }

    test("a flow is collected once") {
        runLoop {
            val numbers = Counter(loop, last = 3).asFlow()
            numbers.toList() shouldContainExactly listOf(1, 2, 3)
            shouldThrow<IllegalStateException> { numbers.toList() }.message!! shouldContain "collected already"
        }
    }

    test("a flow is collected on the loop's thread, or moved there by flowOn") {
        runLoop {
            val source = Counter(loop, last = 5)
            withContext(Dispatchers.Default) {
                shouldThrow<IllegalStateException> { source.asFlow().collect() }.message!! shouldContain "loop.execute"
                source.asFlow().flowOn(loop.asCoroutineDispatcher()).toList() shouldContainExactly listOf(1, 2, 3, 4, 5)
            }
        }
    }

    test("a flow is written at the pace of the stream, and ends it") {
        runLoop {
            val sink = Sink(loop)
            val ahead = mutableListOf<Int>()
            (1..100).asFlow().onEach { ahead.add(it - sink.taken.size) }.pipeTo(sink)
            ahead.max() shouldBeLessThanOrEqual HIGH_WATER_MARK + 1
            sink.taken shouldContainExactly (1..100).toList()
            sink.isWritableFinished shouldBe true
        }
    }

    test("a flow through a stage: written at the pace at which its other side is read") {
        runLoop {
            val stage = PassThrough(loop, DuplexOptions.of(options(), options()))
            var ahead = 0
            var read = 0
            val writer = launch {
                (1..200).asFlow().onEach { ahead = maxOf(ahead, it - read) }.pipeTo(stage)
            }
            stage.asFlow().collect { number ->
                read = number
                yield()
            }
            read shouldBe 200
            ahead shouldBeLessThanOrEqual 2 * (HIGH_WATER_MARK + 1)
            writer.join()
        }
    }

    test("a flow is written when the stage has taken it, whether anybody reads or not") {
        runLoop {
            val stage = PassThrough(loop, DuplexOptions.of(options(), options()))
            (1..3).asFlow().pipeTo(stage)
            stage.isWritableFinished shouldBe true
            stage.asFlow().toList() shouldContainExactly listOf(1, 2, 3)
        }
    }

    test("the flow of one side ends with it, and leaves the other side open") {
        inVirtualTime {
            val socket = Socket(loop)
            socket.asFlow().toList() shouldContainExactly listOf(1, 2)
            socket.isDestroyed shouldBe false
            socket.awaitWrite(3)
            socket.awaitEnd()
            socket.taken shouldContainExactly listOf(3)
            delay(1)
            socket.isDestroyed shouldBe true
        }
    }

    test("a flow may leave the stream open") {
        runLoop {
            val sink = Sink(loop)
            (1..3).asFlow().pipeTo(sink, end = false)
            sink.awaitWrite(4)
            sink.isWritableEnded shouldBe false
            sink.awaitEnd()
            sink.taken shouldContainExactly listOf(1, 2, 3, 4)
        }
    }

    test("from stream to stream through flow operators") {
        runLoop {
            val sink = Sink(loop)
            Counter(loop, last = 500).asFlow().map { it * 2 }.pipeTo(sink)
            sink.taken.sum() shouldBe 500 * 501
        }
    }

    test("a flow that fails destroys the stream with the failure") {
        val failure = IllegalStateException("flow")
        inVirtualTime {
            val sink = Sink(loop)
            shouldThrow<IllegalStateException> {
                flow {
                    emit(1)
                    throw failure
                }.pipeTo(sink)
            } shouldBeSameInstanceAs failure
            sink.errored() shouldBeSameInstanceAs failure
            // The error event has a listener still: it must not end the loop.
            delay(1)
        }
    }

    test("a stream that breaks ends the flow with its error, also while it waits for drain") {
        inVirtualTime {
            val sink = Sink(loop, breaksAt = 20)
            val source = Counter(loop, last = null)
            shouldThrow<IllegalStateException> { source.asFlow().pipeTo(sink) }.message shouldBe "disk full"
            source.isDestroyed shouldBe true
            delay(1)
        }
    }

    test("a cancelled writer destroys the stream") {
        inVirtualTime {
            val stuck = Sink(loop, stuck = true)
            val writer = launch(start = CoroutineStart.UNDISPATCHED) {
                Counter(loop, last = null).asFlow().pipeTo(stuck)
                awaitCancellation()
            }
            delay(1)
            writer.cancel()
            writer.join()
            stuck.isDestroyed shouldBe true
            (stuck.errored() is CancellationException) shouldBe true
            delay(1)
        }
    }

    test("a write waits where there is no room, and only there") {
        runLoop {
            val sink = Sink(loop)
            val mostlyRoom = (1..50).map { number ->
                sink.awaitWrite(number)
                sink.writableLength()
            }
            mostlyRoom.max() shouldBe HIGH_WATER_MARK - 1
            mostlyRoom shouldContain 0
            sink.awaitDrain()
            sink.isWritableNeedDrain shouldBe false
            sink.awaitEnd()
            sink.taken shouldContainExactly (1..50).toList()
        }
    }

    test("a write that waits for room fails with the stream, and so does the next one") {
        runLoop {
            val sink = Sink(loop, breaksAt = 2)
            val writes = (1..10).map { number -> runCatching { sink.awaitWrite(number) }.exceptionOrNull()?.message }
            writes.take(3) shouldContainExactly listOf(null, null, null)
            writes[3] shouldBe "disk full"
            writes.drop(4).forEach { it!! shouldContain "after a stream was destroyed" }
            shouldThrow<IllegalStateException> { sink.awaitDrain() }.message shouldBe "disk full"
        }
    }

    test("a cancelled write leaves the stream as it is, with the chunk taken") {
        inVirtualTime {
            val stuck = Sink(loop, stuck = true)
            val writer = launch(start = CoroutineStart.UNDISPATCHED) {
                repeat(10) { stuck.awaitWrite(it) }
            }
            delay(1)
            writer.cancel()
            writer.join()
            stuck.isDestroyed shouldBe false
            stuck.writableLength() shouldBe HIGH_WATER_MARK
        }
    }

    test("a stream that is destroyed while its end is awaited says so, also if its last write never ends") {
        runLoop {
            val stuck = Sink(loop, stuck = true)
            stuck.write(1)
            val ending = async(start = CoroutineStart.UNDISPATCHED) { runCatching { stuck.awaitEnd() } }
            stuck.destroy()
            ending.await().exceptionOrNull()!!.message shouldBe "Premature close"
        }
    }

    test("a stream that is destroyed before its end is awaited says so") {
        inVirtualTime {
            val sink = Sink(loop)
            sink.destroy()
            shouldThrow<StreamException> { sink.awaitEnd() }.code() shouldBe StreamException.DESTROYED
            val broken = Sink(loop)
            broken.onError { }
            broken.destroy(IllegalStateException("broken"))
            delay(1)
            shouldThrow<IllegalStateException> { broken.awaitEnd() }.message shouldBe "broken"
        }
    }

    test("writing after the end is told by an exception") {
        inVirtualTime {
            val sink = Sink(loop)
            sink.awaitEnd()
            shouldThrow<StreamException> { sink.awaitWrite(1) }
            delay(1)
        }
    }

    test("a loop that ends while a flow is collected hangs nobody") {
        val loop = EventLoop.create()
        var outcome: Throwable? = null
        loop.run {
            val scope = loop.coroutineScope()
            scope.launch(start = CoroutineStart.UNDISPATCHED) {
                try {
                    Silent(loop).asFlow().collect()
                } catch (e: CancellationException) {
                    outcome = e
                    throw e
                }
            }
            loop.setTimeout({ loop.exit(0) }, 1)
        } shouldBe 0
        outcome!!.message shouldBe "event loop '${loop.name()}' has ended"
    }
})
