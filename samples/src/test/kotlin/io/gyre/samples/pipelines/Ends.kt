package io.gyre.samples.pipelines

import io.gyre.buffer.Buffer
import io.gyre.loop.EventLoop
import io.gyre.loop.Timer
import io.gyre.stream.AbstractReadable
import io.gyre.stream.AbstractWritable
import io.gyre.stream.Callback
import io.gyre.stream.StreamOptions
import kotlin.random.Random

/** How long something takes: no time, a tick, a turn, or milliseconds. Random from step to step. */
internal class Pace(private val loop: EventLoop, private val random: Random, private val slowest: Int) {
    private var timer: Timer? = null

    fun then(step: () -> Unit) {
        when (random.nextInt(4)) {
            0 -> step()
            1 -> loop.nextTick(step)
            2 -> loop.setImmediate(step)
            else -> timer = loop.setTimeout(step, random.nextLong(slowest + 1L))
        }
    }

    fun stop() {
        timer?.clear()
    }
}

/** Makes chunks of random sizes at a random pace, one or several at a time; may break after some. */
internal class Source(
    loop: EventLoop,
    options: StreamOptions<Buffer>,
    private val traffic: Traffic,
    private val random: Random,
    private val chunks: Int,
    private val largestChunk: Int,
    slowest: Int,
    private val failure: Throwable?,
) : AbstractReadable<Buffer>(loop, options) {
    private val pace = Pace(loop, random, slowest)
    private var left = chunks
    var isAtItsEnd = false
        private set
    var isFreed = false
        private set

    override fun doRead(n: Int) {
        pace.then(::give)
    }

    private fun give() {
        if (isDestroyed) {
            return
        }
        var more = random.nextInt(1, 4)
        while (left > 0 && more-- > 0) {
            left--
            if (!push(traffic.make(random.nextInt(1, largestChunk + 1)))) {
                return
            }
        }
        when {
            left > 0 -> {}
            failure != null -> destroy(failure)
            else -> {
                isAtItsEnd = true
                pushEnd()
            }
        }
    }

    override fun doDestroy(error: Throwable?, callback: Callback) {
        pace.stop()
        isFreed = true
        callback.call(error)
    }
}

/** Takes chunks at a random pace and looks at each byte; may break at some chunk. */
internal class Sink(
    loop: EventLoop,
    options: StreamOptions<Buffer>,
    private val traffic: Traffic,
    private val allowance: Allowance,
    random: Random,
    slowest: Int,
    private val breaksAt: Int,
    private val failure: Throwable,
) : AbstractWritable<Buffer>(loop, options) {
    private val pace = Pace(loop, random, slowest)
    private var writes = 0
    private var hasBroken = false
    var problem: String? = null
        private set
    var isFreed = false
        private set

    override fun doWrite(chunk: Buffer, callback: Callback) {
        allowance.saw(chunk)
        if (!hasBroken) {
            problem = problem ?: traffic.problem(chunk)
        }
        pace.then {
            if (hasBroken || writes++ == breaksAt) {
                // A chunk that waited may be tried yet, as in Node.
                hasBroken = true
                callback.call(failure)
            } else {
                traffic.take(chunk.length())
                callback.done()
            }
        }
    }

    override fun doDestroy(error: Throwable?, callback: Callback) {
        pace.stop()
        isFreed = true
        callback.call(error)
    }
}
