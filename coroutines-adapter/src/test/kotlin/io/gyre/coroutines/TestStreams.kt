package io.gyre.coroutines

import io.gyre.buffer.Buffer
import io.gyre.loop.EventLoop
import io.gyre.stream.AbstractDuplex
import io.gyre.stream.AbstractReadable
import io.gyre.stream.AbstractWritable
import io.gyre.stream.Callback
import io.gyre.stream.DuplexOptions
import io.gyre.stream.StreamOptions
import io.gyre.testing.VirtualTime

/** A program whose delays are over when nothing else is left to do, however slow the machine is. */
internal fun <T> inVirtualTime(main: suspend LoopScope.() -> T): T = runLoop(VirtualTime().builder(), main = main)

internal const val HIGH_WATER_MARK = 4

internal fun options(): StreamOptions<Int> = StreamOptions.objects<Int>().highWaterMark(HIGH_WATER_MARK)

/** Counts from one, each number in a later turn; ends, fails or goes on for ever. */
internal class Counter(
    loop: EventLoop,
    private val last: Int?,
    private val failure: Throwable? = null,
    options: StreamOptions<Int> = options(),
) : AbstractReadable<Int>(loop, options) {
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
internal class Silent(loop: EventLoop) : AbstractReadable<Int>(loop, options()) {
    var freed = false

    override fun doRead(n: Int) {}

    override fun doDestroy(error: Throwable?, callback: Callback) {
        freed = true
        callback.call(error)
    }
}

/** Takes a number a turn; may break at one, or take none at all. */
internal class Sink(
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

/** Has these chunks of bytes, one a turn, and remembers that it was closed. */
internal class Chunks(
    loop: EventLoop,
    chunks: List<ByteArray>,
    private val failure: Throwable? = null,
    private val closeFailure: Throwable? = null,
) : AbstractReadable<Buffer>(loop, StreamOptions.bytes().highWaterMark(1)) {
    private val left = ArrayDeque(chunks)
    var freed = false

    override fun doRead(n: Int) {
        loop().setImmediate {
            val next = left.removeFirstOrNull()
            when {
                isDestroyed -> {}
                next != null -> push(Buffer.from(next))
                failure != null -> destroy(failure)
                else -> pushEnd()
            }
        }
    }

    override fun doDestroy(error: Throwable?, callback: Callback) {
        // As a file does, it takes its time.
        loop().setImmediate {
            freed = true
            callback.call(error ?: closeFailure)
        }
    }
}

/** Can be read twice, and written for as long as one likes. */
internal class Socket(loop: EventLoop) : AbstractDuplex<Int, Int>(loop, DuplexOptions.of(options(), options())) {
    val taken = mutableListOf<Int>()
    private var produced = 0

    override fun doRead(n: Int) {
        if (produced == 2) pushEnd() else push(++produced)
    }

    override fun doWrite(chunk: Int, callback: Callback) {
        taken += chunk
        callback.done()
    }
}
