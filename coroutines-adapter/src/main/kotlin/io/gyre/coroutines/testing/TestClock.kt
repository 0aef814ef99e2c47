package io.gyre.coroutines.testing

import io.gyre.loop.EventLoop
import io.gyre.loop.Phase
import io.gyre.testing.VirtualTime
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlin.coroutines.resume
import kotlin.time.AbstractLongTimeSource
import kotlin.time.Duration
import kotlin.time.DurationUnit

/** Moves the virtual time of a test as its body says. Confined to the loop's thread. */
internal class TestClock(private val time: VirtualTime, private val loop: EventLoop) {
    private var command: Command? = null

    /** What the body waits for. */
    private class Command(
        /** The time to move to; null for as far as there is something to do. */
        val target: Long?,
        val continuation: CancellableContinuation<Unit>,
    )

    val source: AbstractLongTimeSource =
        object : AbstractLongTimeSource(DurationUnit.NANOSECONDS) {
            override fun read(): Long = time.nanoTime()
        }

    suspend fun runCurrent() {
        moveTo("runCurrent", time.nanoTime())
    }

    suspend fun advanceTimeBy(delayTime: Duration) {
        require(!delayTime.isNegative()) { "time does not go back: $delayTime" }
        // The sum fits: the clock itself never comes to the end of its range.
        val target = time.nanoTime() + minOf(delayTime.inWholeNanoseconds, FARTHEST)
        moveTo("advanceTimeBy", maxOf(time.nanoTime(), minOf(target, FARTHEST)))
    }

    suspend fun advanceUntilIdle() {
        moveTo("advanceUntilIdle", null)
    }

    private suspend fun moveTo(operation: String, target: Long?) {
        loop.checkThread(operation)
        check(command == null) { "$operation: another coroutine is moving the clock" }
        suspendCancellableCoroutine { continuation ->
            val own = Command(target, continuation)
            command = own
            continuation.invokeOnCancellation { if (command === own) command = null }
        }
    }

    suspend fun turn(count: Int) {
        loop.checkThread("turn")
        require(count >= 0) { "count is negative: $count" }
        repeat(count) { oneTurn() }
    }

    /** An idle watcher keeps the poll from waiting, so that no time passes. */
    private suspend fun oneTurn() {
        val watcher = loop.idle()
        // The idle phase of the present turn is still to come: it ends no turn.
        var passes = if (loop.phase() == Phase.MAIN || loop.phase() == Phase.PENDING) 2 else 1
        try {
            suspendCancellableCoroutine { continuation ->
                watcher.start {
                    if (--passes == 0) {
                        watcher.stop()
                        continuation.resume(Unit)
                    }
                }
            }
        } finally {
            if (loop.inEventLoop()) {
                watcher.close()
            }
        }
    }

    /** As [VirtualTime.IdleRule]: true if the body goes on. */
    fun idle(nanosToNext: Long, awaited: Boolean): Boolean {
        val present = command ?: return false
        val isReached = when (val target = present.target) {
            null -> !awaited
            else -> nanosToNext < 0 || time.nanoTime() + nanosToNext >= target
        }
        if (!isReached) {
            return false
        }
        present.target?.let { time.elapse(java.time.Duration.ofNanos(it - time.nanoTime())) }
        command = null
        loop.makeCallback { present.continuation.resume(Unit) }
        return true
    }
}

/** As far as the clock is moved at most: 146 years, half of its range, in whole milliseconds. */
private const val FARTHEST = Long.MAX_VALUE / 2 / 1_000_000 * 1_000_000
