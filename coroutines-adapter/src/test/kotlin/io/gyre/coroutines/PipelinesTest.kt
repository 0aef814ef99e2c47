package io.gyre.coroutines

import io.gyre.abort.AbortException
import io.gyre.stream.DuplexOptions
import io.gyre.stream.Transform
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeInstanceOf
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Streams joined, and waited for. */
internal class PipelinesTest : FunSpec({
    test("a pipeline returns when all is written") {
        runLoop {
            val sink = Sink(loop)
            pipeline(Counter(loop, last = 100), sink)
            sink.taken shouldContainExactly (1..100).toList()
            sink.isWritableFinished shouldBe true
        }
    }

    test("a pipeline of many stages") {
        runLoop {
            val one = Sink(loop)
            pipeline(Counter(loop, last = 50), times(2), one)
            one.taken shouldContainExactly (1..50).map { it * 2 }
            val two = Sink(loop)
            pipeline(Counter(loop, last = 50), { through(times(2)).through(times(5)) }, two)
            two.taken shouldContainExactly (1..50).map { it * 10 }
        }
    }

    test("an error of a stage is thrown and destroys all") {
        runLoop {
            val source = Counter(loop, last = null)
            val sink = Sink(loop)
            val stage = Transform.of<Int, Int>(loop, DuplexOptions.objects()) { number, output ->
                if (number == 7) output.call(IllegalStateException("no seven")) else output.done(number)
            }
            shouldThrow<IllegalStateException> { pipeline(source, { through(times(1)).through(stage) }, sink) }
                .message shouldBe "no seven"
            source.isDestroyed shouldBe true
            sink.isDestroyed shouldBe true
        }
    }

    test("an error of the source is thrown and destroys the sink") {
        runLoop {
            val failure = IllegalStateException("broken")
            val sink = Sink(loop)
            val copying = runCatching { pipeline(Counter(loop, last = 3, failure), sink) }
            copying.exceptionOrNull()?.message shouldBe "broken"
            sink.errored() shouldBeSameInstanceAs failure
            sink.isDestroyed shouldBe true
        }
    }

    test("an error of the sink is thrown and destroys the source") {
        runLoop {
            val source = Counter(loop, last = null)
            shouldThrow<IllegalStateException> { pipeline(source, Sink(loop, breaksAt = 7)) }.message shouldBe
                "disk full"
            source.isDestroyed shouldBe true
        }
    }

    test("a cancelled pipeline destroys all its streams") {
        runLoop {
            val source = Counter(loop, last = null)
            val sink = Sink(loop)
            val copying = launch(start = CoroutineStart.UNDISPATCHED) { pipeline(source, sink) }
            delay(5)
            copying.cancel(CancellationException("enough"))
            copying.join()
            for (stream in listOf(source, sink)) {
                stream
                    .errored()
                    .shouldBeInstanceOf<AbortException>()
                    .cause!!
                    .message shouldBe "enough"
            }
            // The errors are handled: they must not end the loop.
            delay(1)
        }
    }

    test("a pipeline that is cancelled before it starts destroys its streams as well") {
        inVirtualTime {
            val source = Counter(loop, last = null)
            val sink = Sink(loop)
            val job = launch { }
            job.cancel()
            withContext(Dispatchers.Unconfined) {
                val copying = launch(start = CoroutineStart.UNDISPATCHED) {
                    coroutineContext[kotlinx.coroutines.Job]!!.cancel()
                    pipeline(source, sink)
                }
                copying.join()
            }
            source.isDestroyed shouldBe true
            sink.isDestroyed shouldBe true
            delay(1)
        }
    }
})

private fun LoopScope.times(factor: Int): Transform<Int, Int> =
    Transform.of(loop, DuplexOptions.objects()) { number, output -> output.done(number * factor) }
