package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlin.coroutines.resume
import kotlin.time.Duration

/*
 * What timers, ticks and immediates are in coroutines. A timeout is `delay`, with a limit `withTimeout`.
 */

/**
 * A flow of ticks, from an interval of the loop: 1 after one period, then 2, and so on. To be collected on the loop's
 * thread; each collector has its own interval, which keeps the loop alive and is cleared when the collector ends.
 *
 * A collector that takes longer than a period gets the latest tick next: those between are dropped, and the numbers show
 * it. As with `setInterval`, a period begins when the tick before it came, however late that was.
 *
 * @param period the time between two ticks; from 1 millisecond to 2^31-1
 * @sample io.gyre.coroutines.samples.intervalSample
 */
public fun EventLoop.interval(period: Duration): Flow<Long> {
    val millis = period.inWholeMilliseconds
    require(millis in 1..Int.MAX_VALUE) { "an interval takes from 1 to ${Int.MAX_VALUE} ms, not $period" }
    return flow {
        checkThread("interval")
        var ticks = 0L
        var seen = 0L
        var waiting: CancellableContinuation<Unit>? = null
        val timer = setInterval({
            ticks++
            waiting?.takeIf { it.isActive }?.resume(Unit)
        }, millis)
        try {
            while (true) {
                if (ticks == seen) {
                    suspendForLoop { waiting = it }
                    waiting = null
                }
                seen = ticks
                emit(seen)
            }
        } finally {
            if (inEventLoop()) {
                timer.clear()
            }
        }
    }
}

/**
 * Waits for the next tick: until the present callback has ended, and the ticks before it. On the loop's thread.
 *
 * What awaits ticks only, over and over, starves the loop; [kotlinx.coroutines.yield] does not.
 */
public suspend fun EventLoop.awaitTick() {
    checkThread("awaitTick")
    suspendForLoop { continuation ->
        nextTick { if (continuation.isActive) continuation.resume(Unit) }
    }
}

/** Waits for the check phase, as an immediate does. On the loop's thread. */
public suspend fun EventLoop.awaitImmediate() {
    checkThread("awaitImmediate")
    suspendForLoop { continuation ->
        val immediate = setImmediate { if (continuation.isActive) continuation.resume(Unit) }
        continuation.invokeOnCancellation { if (inEventLoop()) immediate.clear() }
    }
}
