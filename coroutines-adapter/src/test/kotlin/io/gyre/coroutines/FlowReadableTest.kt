package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.stream.Pipeline
import io.gyre.stream.Readable
import io.gyre.stream.StreamOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.ints.shouldBeLessThanOrEqual
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.withContext

/** Flows as streams. */
internal class FlowReadableTest : FunSpec({
    test("a stream of a flow gives all in order and ends") {
        runLoop {
            (1..1000)
                .asFlow()
                .asReadable(loop)
                .asFlow()
                .toList() shouldContainExactly (1..1000).toList()
            emptyFlow<Int>().asReadable(loop).asFlow().toList() shouldContainExactly emptyList()
            (1..100)
                .asFlow()
                .onEach { delay(1) }
                .flowOn(Dispatchers.Default)
                .asReadable(loop)
                .asFlow()
                .toList() shouldContainExactly (1..100).toList()
        }
    }

    test("a flow is not collected before the stream is read, and no further than the high-water mark") {
        inVirtualTime {
            var emitted = 0
            val source = (1..1000).asFlow().onEach { emitted = it }.asReadable(loop, options())
            delay(1)
            emitted shouldBe 0
            source.read() shouldBe 1
            delay(1)
            var ahead = emitted - 1
            repeat(50) {
                source.read()
                delay(1)
                ahead = maxOf(ahead, emitted - it - 2)
            }
            ahead shouldBe HIGH_WATER_MARK
        }
    }

    test("a listener that reads while it is given a chunk stops nothing") {
        runLoop {
            val source = (1..500).asFlow().asReadable(loop, options().highWaterMark(1))
            val seen = mutableListOf<Int>()
            source.onData { chunk ->
                seen += chunk
                source.read()
            }
            Pipeline.finished(source).await()
            seen shouldContainExactly (1..500).toList()
        }
    }

    test("through a pipeline") {
        runLoop {
            val sink = Sink(loop)
            val ahead = mutableListOf<Int>()
            val numbers = (1..200).asFlow().onEach { ahead += it - sink.taken.size }
            pipeline(numbers.asReadable(loop, options()), sink)
            sink.taken shouldContainExactly (1..200).toList()
            ahead.max() shouldBeLessThanOrEqual 2 * (HIGH_WATER_MARK + 1)
        }
    }

    test("bytes count as bytes") {
        inVirtualTime {
            var emitted = 0
            val chunks: Flow<Buffer> = flow {
                repeat(100) {
                    emitted = it + 1
                    emit(Buffer.wrap(ByteArray(1000)))
                }
            }
            val source = chunks.asReadable(loop, StreamOptions.bytes().highWaterMark(3500))
            source.read(1)!!.length() shouldBe 1
            delay(1)
            emitted shouldBe 4
            source.asFlow().toList().sumOf { it.length() } shouldBe 100 * 1000 - 1
        }
    }

    test("a flow that fails breaks the stream with its failure") {
        inVirtualTime {
            val failure = IllegalStateException("flow")
            val source = flow {
                emit(1)
                delay(1)
                throw failure
            }.asReadable(loop)
            shouldThrow<IllegalStateException> { source.asFlow().toList() } shouldBeSameInstanceAs failure
        }
    }

    test("destroying the stream cancels the flow, and close comes when it has ended") {
        inVirtualTime {
            val log = mutableListOf<String>()
            val source = flow {
                try {
                    emit(1)
                    awaitCancellation()
                } finally {
                    withContext(NonCancellable) { delay(2) }
                    log += "flow ended"
                }
            }.asReadable(loop)
            source.onClose { log += "closed" }
            source.read() shouldBe 1
            source.destroy()
            log += "destroyed"
            delay(10)
            log shouldContainExactly listOf("destroyed", "flow ended", "closed")
            source.errored() shouldBe null
        }
    }

    test("what a flow fails with while it is cancelled is told") {
        runLoop {
            val source = failsInTheEnd().asReadable(loop)
            source.read()
            source.destroy()
            shouldThrow<IllegalStateException> { Pipeline.finished(source).await() }.message shouldBe "in the end"

            val broken = failsInTheEnd().asReadable(loop)
            broken.read()
            val first = IllegalStateException("first")
            broken.destroy(first)
            shouldThrow<IllegalStateException> { Pipeline.finished(broken).await() }.message shouldBe "first"
            broken.errored() shouldBeSameInstanceAs first
            first.suppressed.map { it.message } shouldContainExactly listOf("in the end")
        }
    }

    test("a stream of a flow is cancelled with the job it was given") {
        runLoop {
            val parent = Job()
            val source = flow {
                emit(1)
                awaitCancellation()
            }.asReadable(loop, parent)
            source.read() shouldBe 1
            parent.cancel()
            shouldThrow<CancellationException> { Pipeline.finished(source).await() }
            source.isDestroyed shouldBe true
        }
    }

    test("a stream that breaks does not cancel the job it was given") {
        runLoop {
            val parent = Job()
            val source: Readable<Int> = flow<Int> { error("broken") }.asReadable(loop, parent)
            shouldThrow<IllegalStateException> { source.asFlow().toList() }.message shouldBe "broken"
            parent.isActive shouldBe true
        }
    }

    test("a stream of a flow does not keep the loop alive by itself") {
        val loop = io.gyre.loop.EventLoop
            .create()
        var outcome: Throwable? = null
        loop.run {
            flow<Int> {
                try {
                    awaitCancellation()
                } catch (e: CancellationException) {
                    outcome = e
                    throw e
                }
            }.asReadable(loop).resume()
        } shouldBe 0
        outcome.shouldBeInstanceOf<CancellationException>()
    }
})

private fun failsInTheEnd(): Flow<Int> =
    flow {
        try {
            emit(1)
            awaitCancellation()
        } finally {
            error("in the end")
        }
    }
