package io.gyre.samples.pipelines

import io.gyre.buffer.Buffer
import io.gyre.coroutines.asFlow
import io.gyre.coroutines.asReadable
import io.gyre.coroutines.awaitEnd
import io.gyre.coroutines.awaitWrite
import io.gyre.coroutines.pipeTo
import io.gyre.coroutines.pipeline
import io.gyre.loop.EventLoop
import io.gyre.reactor.Demand
import io.gyre.reactor.LoopFlux
import io.gyre.reactor.LoopSchedulers
import io.gyre.reactor.LoopSubscribers
import io.gyre.stream.DuplexOptions
import io.gyre.stream.Pipeline
import io.gyre.stream.Readable
import io.gyre.stream.StreamOptions
import io.gyre.stream.Transform
import io.gyre.stream.Writable
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlin.math.max
import kotlin.random.Random

/** What a stage has seen, and what it may hold: so many bytes, and so many of the chunks that enter it. */
internal class Allowance(private val bytes: Long, private val chunks: Int) {
    private var largestChunk = 0

    fun saw(chunk: Buffer): Buffer {
        largestChunk = max(largestChunk, chunk.length())
        return chunk
    }

    val total: Long get() = bytes + chunks.toLong() * largestChunk

    override fun toString(): String = "$bytes + $chunks x $largestChunk"
}

/** One way to hand a stream on, in the style of the core, of coroutines or of Reactor. */
internal enum class Style {
    /** A transform that cuts chunks into pieces. */
    TRANSFORM {
        override fun allowance(mark: Int, extra: Int): Allowance = Allowance(2L * mark, 2)

        override fun after(place: Place, source: Readable<Buffer>): Readable<Buffer> {
            val bytes = StreamOptions.bytes().highWaterMark(place.mark)
            val pace = Pace(place.loop, place.random, slowest = 3)
            val cut = Transform.Step<Buffer, Buffer> { chunk, output ->
                place.allowance.saw(chunk)
                pace.then {
                    val at = place.random.nextInt(chunk.length())
                    if (at > 0) output.push(chunk.slice(0, at))
                    output.done(chunk.slice(at))
                }
            }
            val transform = Transform.of(place.loop, DuplexOptions.of(bytes, bytes), cut)
            // What it says is said by the transform as well.
            Pipeline.run(source, transform) { }
            return transform
        }
    },
    FLOW {
        override fun allowance(mark: Int, extra: Int): Allowance = Allowance(mark.toLong(), 1)

        override fun after(place: Place, source: Readable<Buffer>): Readable<Buffer> =
            source
                .asFlow()
                .onEach { chunk ->
                    place.allowance.saw(chunk)
                    if (place.random.nextInt(3) == 0) delay(place.random.nextLong(5))
                }.asReadable(place.loop, StreamOptions.bytes().highWaterMark(place.mark))
    },
    BUFFERED_FLOW {
        override fun allowance(mark: Int, extra: Int): Allowance = Allowance(mark.toLong(), extra + 2)

        override fun after(place: Place, source: Readable<Buffer>): Readable<Buffer> =
            source
                .asFlow()
                .onEach { place.allowance.saw(it) }
                .buffer(place.extra)
                .asReadable(place.loop, StreamOptions.bytes().highWaterMark(place.mark))
    },
    FLUX_OF_BYTES {
        override fun allowance(mark: Int, extra: Int): Allowance = Allowance(mark.toLong(), 1)

        override fun after(place: Place, source: Readable<Buffer>): Readable<Buffer> =
            LoopFlux.toReadable(
                place.loop,
                LoopFlux.from(source, Demand.bytes()).doOnNext { place.allowance.saw(it) },
                StreamOptions.bytes().highWaterMark(place.mark),
                Demand.bytes(),
            )
    },
    FLUX {
        override fun allowance(mark: Int, extra: Int): Allowance = Allowance(mark.toLong(), extra)

        override fun after(place: Place, source: Readable<Buffer>): Readable<Buffer> =
            LoopFlux.toReadable(
                place.loop,
                LoopFlux.from(source).doOnNext { place.allowance.saw(it) },
                StreamOptions.bytes().highWaterMark(place.mark),
                Demand.chunks().window(place.extra),
            )
    },
    SCHEDULED_FLUX {
        override fun allowance(mark: Int, extra: Int): Allowance = Allowance(mark.toLong(), 2 * extra)

        override fun after(place: Place, source: Readable<Buffer>): Readable<Buffer> =
            LoopFlux.toReadable(
                place.loop,
                LoopFlux
                    .from(source)
                    .doOnNext { place.allowance.saw(it) }
                    .publishOn(LoopSchedulers.from(place.loop), place.extra),
                StreamOptions.bytes().highWaterMark(place.mark),
                Demand.chunks().window(place.extra),
            )
    }, ;

    abstract fun allowance(mark: Int, extra: Int): Allowance

    abstract fun after(place: Place, source: Readable<Buffer>): Readable<Buffer>
}

/** Where a stage stands: its loop, its high-water mark, and what its style has besides: a window, a prefetch, a buffer. */
internal class Place(
    val loop: EventLoop,
    val random: Random,
    val mark: Int,
    val extra: Int,
    val allowance: Allowance,
)

/** One way to end: all of a stream into a sink. */
internal enum class Finish {
    PIPELINE {
        override suspend fun run(source: Readable<Buffer>, sink: Writable<Buffer>, extra: Int) {
            pipeline(source, sink)
        }
    },
    FLOW {
        override suspend fun run(source: Readable<Buffer>, sink: Writable<Buffer>, extra: Int) {
            source.asFlow().pipeTo(sink)
        }
    },
    WRITES {
        override suspend fun run(source: Readable<Buffer>, sink: Writable<Buffer>, extra: Int) {
            // Otherwise what it is destroyed with would be an uncaught error of the loop.
            sink.onError { }
            try {
                source.asFlow().collect { sink.awaitWrite(it) }
                sink.awaitEnd()
            } catch (e: Throwable) {
                sink.destroy(e)
                throw e
            }
        }
    },
    FLUX_OF_BYTES {
        override suspend fun run(source: Readable<Buffer>, sink: Writable<Buffer>, extra: Int) {
            subscribe(source, sink, Demand.bytes())
        }
    },
    FLUX {
        override fun chunks(extra: Int): Int = extra

        override suspend fun run(source: Readable<Buffer>, sink: Writable<Buffer>, extra: Int) {
            subscribe(source, sink, Demand.chunks().window(extra))
        }
    }, ;

    /** How many chunks it holds beside the sink's high-water mark. */
    open fun chunks(extra: Int): Int = 1

    abstract suspend fun run(source: Readable<Buffer>, sink: Writable<Buffer>, extra: Int)
}

private suspend fun subscribe(source: Readable<Buffer>, sink: Writable<Buffer>, demand: Demand) {
    val subscriber = LoopSubscribers.into<Buffer>(sink, demand)
    LoopFlux.from(source, demand).subscribe(subscriber)
    try {
        subscriber.completion().awaitSingleOrNull()
    } catch (e: Throwable) {
        // A subscriber ends with its stream.
        sink.destroy(e)
        throw e
    }
}
