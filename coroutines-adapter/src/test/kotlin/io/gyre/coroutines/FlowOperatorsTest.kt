package io.gyre.coroutines

import io.gyre.stream.Readable
import io.gyre.stream.StreamOptions
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeStrictlyIncreasing
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.ints.shouldBeGreaterThan
import io.kotest.matchers.ints.shouldBeLessThan
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.channels.consumeEach
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.collect
import kotlinx.coroutines.flow.collectLatest
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flatMapMerge
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.onCompletion
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.flow.zip
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlin.time.Duration.Companion.milliseconds

/** The operators of kotlinx.coroutines over the flow of a stream: each does what it does over any flow. */
@OptIn(ExperimentalCoroutinesApi::class)
internal class FlowOperatorsTest : FunSpec({
    test("buffer lets the source run ahead by so much, and no more") {
        inVirtualTime {
            val source = Counter(loop, last = 200)
            val ahead = mutableListOf<Int>()
            val numbers: Flow<Int> = source.asFlow().buffer(10)
            numbers.collect { number ->
                delay(2)
                ahead += source.produced - number
            }
            ahead.size shouldBe 200
            // The operator's ten, the one that waits to enter it, and what the stream holds.
            ahead.max() shouldBe 10 + 1 + HIGH_WATER_MARK
        }
    }

    test("conflate skips what a slow collector misses, and the source never waits") {
        inVirtualTime {
            val source = Counter(loop, last = 200)
            val seen = mutableListOf<Int>()
            source.asFlow().conflate().collect {
                seen += it
                delay(2)
            }
            seen.shouldBeStrictlyIncreasing()
            seen.last() shouldBe 200
            seen.size shouldBeLessThan 200
        }
    }

    test("collectLatest cancels what was begun, and the last one ends") {
        inVirtualTime {
            val ended = mutableListOf<Int>()
            Counter(loop, last = 50).asFlow().collectLatest {
                delay(20)
                ended += it
            }
            ended.last() shouldBe 50
        }
    }

    test("flowOn: read on the loop, mapped elsewhere, collected on the loop") {
        runLoop {
            val loopThread = Thread.currentThread()
            val seen = mutableListOf<Int>()
            Counter(loop, last = 500)
                .asFlow()
                .onEach { Thread.currentThread() shouldBeSameInstanceAs loopThread }
                .flowOn(loop.asCoroutineDispatcher())
                .map {
                    (Thread.currentThread() === loopThread) shouldBe false
                    it
                }.flowOn(Dispatchers.Default)
                .collect {
                    Thread.currentThread() shouldBeSameInstanceAs loopThread
                    seen += it
                }
            seen shouldContainExactly (1..500).toList()
        }
    }

    test("flowOn with a buffer of its own pauses the source too") {
        runLoop {
            val source = Counter(loop, last = 100)
            val ahead = mutableListOf<Int>()
            val numbers: Flow<Int> = source.asFlow().flowOn(loop.asCoroutineDispatcher()).buffer(2)
            withContext(Dispatchers.Default) {
                numbers.collect { number ->
                    delay(1)
                    ahead += source.produced - number
                }
            }
            ahead.max() shouldBeLessThan 2 + 1 + HIGH_WATER_MARK + 2
        }
    }

    test("take and first end the source, without an error") {
        runLoop {
            val taken = Counter(loop, last = null)
            taken.asFlow().take(3).toList() shouldContainExactly listOf(1, 2, 3)
            val first = Counter(loop, last = null)
            first.asFlow().first() shouldBe 1
            for (source in listOf(taken, first)) {
                source.isDestroyed shouldBe true
                source.errored() shouldBe null
            }
        }
    }

    test("zip goes at the pace of the slower one and ends both with the shorter one") {
        inVirtualTime {
            val endless = Counter(loop, last = null)
            val slow = Counter(loop, last = 30)
            val pairs = endless.asFlow().zip(slow.asFlow().onEach { delay(1) }) { a, b -> a to b }.toList()
            pairs shouldContainExactly (1..30).map { it to it }
            endless.isDestroyed shouldBe true
            endless.produced shouldBeLessThan 30 + 1 + HIGH_WATER_MARK + 1
            slow.isDestroyed shouldBe true
        }
    }

    test("zip: an error of one destroys the other") {
        runLoop {
            val failure = IllegalStateException("broken")
            val endless = Counter(loop, last = null)
            val breaking = Counter(loop, last = 3, failure)
            shouldThrow<IllegalStateException> { endless.asFlow().zip(breaking.asFlow()) { a, _ -> a }.collect() }
                .message shouldBe "broken"
            endless.isDestroyed shouldBe true
        }
    }

    test("flatMapMerge reads several streams at a time, and no more than told") {
        runLoop {
            val open = mutableSetOf<Int>()
            var most = 0
            val all = (0 until 12)
                .asFlow()
                .flatMapMerge(concurrency = 3) { n ->
                    Counter(loop, last = 10)
                        .asFlow()
                        .map { n * 10 + it }
                        .onEach {
                            open += n
                            most = maxOf(most, open.size)
                        }.onCompletion { open -= n }
                }.toList()
            all shouldContainExactlyInAnyOrder (1..120).toList()
            most shouldBe 3
        }
    }

    test("flatMapMerge: an error of one stream destroys all") {
        runLoop {
            val others = mutableListOf<Counter>()
            shouldThrow<IllegalStateException> {
                flowOf(0, 1, 2)
                    .flatMapMerge { n ->
                        if (n == 1) {
                            Counter(loop, last = 5, IllegalStateException("broken")).asFlow()
                        } else {
                            Counter(loop, last = null).also { others += it }.asFlow()
                        }
                    }.collect()
            }.message shouldBe "broken"
            others.map { it.isDestroyed } shouldContainExactly listOf(true, true)
        }
    }

    test("catch sees the error of the stream") {
        runLoop {
            val failure = IllegalStateException("broken")
            Counter(loop, last = 2, failure)
                .asFlow()
                .catch { e ->
                    e shouldBeSameInstanceAs failure
                    emit(-1)
                }.toList() shouldContainExactly listOf(1, 2, -1)
        }
    }

    test("a timeout destroys the source") {
        inVirtualTime {
            val silent = Silent(loop)
            shouldThrow<TimeoutCancellationException> { withTimeout(5.milliseconds) { silent.asFlow().collect() } }
            silent.freed shouldBe true
        }
    }

    test("a source that is always ready is cancelled all the same") {
        inVirtualTime {
            val endless: Readable<Int> = Readable.from(loop, generateSequence(1) { it + 1 }.asIterable())
            var seen = 0
            val collector = launch {
                endless.asFlow().collect {
                    seen = it
                    if (it % 100 == 0) delay(1)
                }
            }
            delay(10)
            collector.cancelAndJoin()
            seen shouldBeGreaterThan 99
            endless.isDestroyed shouldBe true
        }
    }

    test("as a channel: a rendezvous, closed at the end") {
        inVirtualTime {
            val source = Counter(loop, last = 50)
            val ahead = mutableListOf<Int>()
            val channel = source.produceIn(this)
            channel.consumeEach {
                delay(1)
                ahead += source.produced - it
            }
            ahead.size shouldBe 50
            ahead.max() shouldBe 1 + HIGH_WATER_MARK
            channel.receiveCatching().isClosed shouldBe true
        }
    }

    test("as a channel: from another thread, and cancelling it destroys the source") {
        runLoop {
            val source = Counter(loop, last = null, options = StreamOptions.objects<Int>().highWaterMark(2))
            withContext(Dispatchers.Default) {
                coroutineScope {
                    val channel = source.produceIn(this)
                    List(20) { channel.receive() } shouldContainExactly (1..20).toList()
                    channel.cancel()
                }
            }
            source.isDestroyed shouldBe true
        }
    }

    test("as a channel: the error of the stream fails the scope") {
        runLoop {
            shouldThrow<IllegalStateException> {
                coroutineScope {
                    val channel = Counter(loop, last = 2, IllegalStateException("broken")).produceIn(this)
                    launch(start = CoroutineStart.UNDISPATCHED) { channel.consumeEach { } }
                }
            }.message shouldBe "broken"
        }
    }
})
