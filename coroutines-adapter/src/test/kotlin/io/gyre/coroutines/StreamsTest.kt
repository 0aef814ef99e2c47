package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.stream.AbstractReadable
import io.gyre.stream.AbstractWritable
import io.gyre.stream.Callback
import io.gyre.stream.StreamException
import io.gyre.stream.StreamOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
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
        runLoop {
            val silent = Silent(loop)
            val collector = launch(start = CoroutineStart.UNDISPATCHED) { silent.asFlow().collect() }
            delay(1)
            collector.cancel()
            collector.join()
            silent.isDestroyed shouldBe true
            silent.freed shouldBe true
        }
    }

    test("a flow is collected on the loop's thread, or moved there by flowOn") {
        runLoop {
            val source = Counter(loop, last = 5)
            withContext(Dispatchers.Default) {
                shouldThrow<IllegalStateException> { source.asFlow().collect() }
                    .message!!
                    .contains("loop.execute") shouldBe true
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
        runLoop {
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
        runLoop {
            val sink = Sink(loop, breaksAt = 20)
            val source = Counter(loop, last = null)
            shouldThrow<IllegalStateException> { source.asFlow().pipeTo(sink) }.message shouldBe "disk full"
            source.isDestroyed shouldBe true
            delay(1)
        }
    }

    test("a cancelled writer destroys the stream") {
        runLoop {
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

    test("writing after the end is told by an exception") {
        runLoop {
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

private const val HIGH_WATER_MARK = 4

private fun options(): StreamOptions<Int> = StreamOptions.objects<Int>().highWaterMark(HIGH_WATER_MARK)

/** Counts from one, each number in a later turn; ends, fails or goes on for ever. */
private class Counter(
    loop: EventLoop,
    private val last: Int?,
    private val failure: Throwable? = null,
) : AbstractReadable<Int>(loop, options()) {
    var produced = 0

    override fun doRead(n: Int) {
        loop().setImmediate {
            when {
                isDestroyed -> {}
                produced != last -> push(++produced)
                failure != null -> destroy(failure)
                else -> pushEnd()
            }
        }
    }
}

/** Never has anything. */
private class Silent(loop: EventLoop) : AbstractReadable<Int>(loop, options()) {
    var freed = false

    override fun doRead(n: Int) {}

    override fun doDestroy(error: Throwable?, callback: Callback) {
        freed = true
        callback.call(error)
    }
}

/** Takes a number a turn; may break at one, or take none at all. */
private class Sink(
    loop: EventLoop,
    private val breaksAt: Int? = null,
    private val stuck: Boolean = false,
) : AbstractWritable<Int>(loop, options()) {
    val taken = mutableListOf<Int>()

    override fun doWrite(chunk: Int, callback: Callback) {
        if (stuck) return
        loop().setImmediate {
            if (chunk == breaksAt) {
                callback.call(IllegalStateException("disk full"))
            } else {
                taken += chunk
                callback.done()
            }
        }
    }
}
