package io.gyre.samples.pipelines

import io.gyre.buffer.Buffer
import io.gyre.coroutines.LoopScope
import io.gyre.coroutines.runLoop
import io.gyre.loop.UnsettledMain
import io.gyre.stream.Readable
import io.gyre.stream.Stream
import io.gyre.stream.StreamOptions
import io.gyre.testing.VirtualTime
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeoutOrNull
import kotlin.random.Random
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.minutes

/** What goes wrong, if anything. */
internal enum class Fault {
    NONE,
    SOURCE_BREAKS,
    SINK_BREAKS,
    CANCELLED,
    SOURCE_DESTROYED,
    SINK_DESTROYED,
    STAGE_DESTROYED,
}

/** A pipeline that follows from its seed: its streams, their speeds, and the moment at which it breaks. */
internal class Program(private val seed: Long) {
    private val random = Random(seed)
    private val chunks = random.nextInt(60)
    private val largestChunk = LARGEST_CHUNKS.random(random)
    private val sourceMark = MARKS.random(random)
    private val slowestSource = SLOWEST.random(random)
    private val stages = List(random.nextInt(6)) { StagePlan(Style.entries.random(random), random) }
    private val finish = Finish.entries.random(random)
    private val sinkMark = MARKS.random(random)
    private val sinkExtra = random.nextInt(1, 6)
    private val slowestSink = SLOWEST.random(random)
    private val fault = if (random.nextBoolean()) Fault.NONE else Fault.entries.random(random)

    // Not before the first read: until then a flow or a publisher is cold, and owns nothing.
    private val faultTime = random.nextLong(1, 100)
    private val breaksAt = random.nextInt(20)

    private class StagePlan(val style: Style, random: Random) {
        val mark = MARKS.random(random)
        val extra = random.nextInt(1, 6)

        override fun toString(): String = "$style(mark=$mark, extra=$extra)"
    }

    override fun toString(): String =
        "program of seed $seed: $chunks chunks of up to $largestChunk bytes, source(mark=$sourceMark, " +
            "slowest=$slowestSource) -> ${stages.joinToString(" -> ")} -> $finish(extra=$sinkExtra) -> " +
            "sink(mark=$sinkMark, slowest=$slowestSink), fault $fault at $faultTime ms or chunk $breaksAt"

    /** What was observed in a run. */
    class Outcome {
        val traffic = Traffic()
        var failure: Throwable? = null
        var isThrough = false
        var isFinished = false
        var allowances: List<Allowance> = emptyList()
        var problem: String? = null
        var open: List<String> = emptyList()
        var alive: List<String> = emptyList()
    }

    fun run(): Outcome =
        runLoop(VirtualTime().builder(), whenUnsettled = UnsettledMain.EXIT) { Outcome().also { run(it) } }

    private suspend fun LoopScope.run(outcome: Outcome) {
        val traffic = outcome.traffic
        val broken = IllegalStateException("broken")
        val source = Source(
            loop,
            StreamOptions.bytes().highWaterMark(sourceMark),
            traffic,
            random,
            if (fault == Fault.SOURCE_BREAKS) minOf(chunks, breaksAt) else chunks,
            largestChunk,
            slowestSource,
            broken.takeIf { fault == Fault.SOURCE_BREAKS },
        )
        val streams = mutableListOf<Readable<Buffer>>(source)
        val allowances = mutableListOf(Allowance(sourceMark + largestChunk.toLong(), 0))
        for (stage in stages) {
            val allowance = stage.style.allowance(stage.mark, stage.extra)
            allowances += allowance
            streams += stage.style.after(Place(loop, random, stage.mark, stage.extra, allowance), streams.last())
        }
        val last = Allowance(sinkMark.toLong(), finish.chunks(sinkExtra))
        allowances += last
        val sink = Sink(
            loop,
            StreamOptions.bytes().highWaterMark(sinkMark),
            traffic,
            last,
            random,
            slowestSink,
            if (fault == Fault.SINK_BREAKS) breaksAt else -1,
            broken,
        )
        outcome.allowances = allowances
        traffic.where = {
            streams.joinToString { "${it.readableLength()}" + if (it.isDestroyed) " destroyed" else "" } +
                ", sink ${sink.writableLength()}" + if (sink.isDestroyed) " destroyed" else ""
        }
        val copying = launch(start = CoroutineStart.UNDISPATCHED) {
            try {
                finish.run(streams.last(), sink, sinkExtra)
            } catch (e: Throwable) {
                outcome.failure = e
            }
        }
        val saboteur = launch { sabotage(copying, source, sink, streams[streams.size / 2]) }
        outcome.isThrough = withTimeoutOrNull(24.hours) { copying.join() } != null
        saboteur.cancel()
        // What ends in ticks, turns and short timers has ended by then.
        delay(1.minutes)
        outcome.isFinished = sink.isWritableFinished
        outcome.problem = sink.problem
        outcome.open = (streams + sink).filter { !it.isClosed }.map { it.toString() }
        if (!source.isFreed) outcome.open += "source not freed"
        if (!sink.isFreed) outcome.open += "sink not freed"
        outcome.alive = loop.activeResources().map { it.toString() }
        if (outcome.alive.isNotEmpty() || !outcome.isThrough) {
            copying.cancel()
            // The loop would wait for ever.
            error("through: ${outcome.isThrough}, still alive: ${outcome.alive}, open: ${outcome.open}")
        }
    }

    private suspend fun sabotage(copying: Job, source: Source, sink: Stream, stage: Stream) {
        delay(faultTime)
        if (!copying.isActive) {
            return
        }
        when (fault) {
            Fault.CANCELLED -> copying.cancel(CancellationException("enough"))
            // One that is destroyed when it has said its end, but not all is read, leaves a pipeline waiting: so in Node.
            Fault.SOURCE_DESTROYED -> source.destroy(IllegalStateException("late").takeIf { source.isAtItsEnd })
            Fault.SINK_DESTROYED -> sink.destroy()
            Fault.STAGE_DESTROYED -> stage.destroy(IllegalStateException("stage"))
            else -> {}
        }
    }

    /** Whether it must have come to a regular end. */
    val isHealthy: Boolean get() = fault == Fault.NONE

    private companion object {
        val MARKS = listOf(1, 10, 100, 1000, 4096, 16 * 1024)
        val LARGEST_CHUNKS = listOf(1, 50, 1000, 10_000)
        val SLOWEST = listOf(0, 1, 5, 20)
    }
}
