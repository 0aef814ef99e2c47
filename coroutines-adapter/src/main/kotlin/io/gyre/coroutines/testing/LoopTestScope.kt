package io.gyre.coroutines.testing

import io.gyre.coroutines.LoopScope
import io.gyre.testing.MemoryNetwork
import io.gyre.testing.VirtualTime
import kotlin.time.Duration
import kotlin.time.TimeSource

/**
 * The scope of a test that [runLoopTest] runs: a loop in virtual time, its clock and its network.
 *
 * **Thread.** The loop's, which is the test's own.
 *
 * **Order.** The loop makes the turns that it always makes. While the test body is suspended, the clock jumps to the next
 * timer, or to the next arrival on the network, whenever nothing is left to do; the functions below move it by hand.
 *
 * **Errors.** What nobody handles, anywhere on the loop, fails the test.
 *
 * **End.** [backgroundScope] is cancelled when the test body has ended.
 */
public interface LoopTestScope : LoopScope {
    /** The clock, for what has no form of its own here. */
    public val virtualTime: VirtualTime

    /** The network that servers of this test listen on. */
    public val network: MemoryNetwork

    /** For coroutines that the test does not wait for: they are cancelled at its end, and their delays await nobody. */
    public val backgroundScope: LoopScope

    /** The loop's clock, to measure with. */
    public val testTimeSource: TimeSource.WithComparableMarks

    /** Milliseconds of virtual time since the test began. */
    public val currentTime: Long

    /** Waits until nothing is left to do at the present time. The clock stands still. */
    public suspend fun runCurrent()

    /**
     * Moves the clock, and waits until everything that was due before its new time is done. What is due exactly then is
     * not: [runCurrent] runs it.
     *
     * @param delayTime how far; not negative
     */
    public suspend fun advanceTimeBy(delayTime: Duration)

    /**
     * Moves the clock from one timer or arrival to the next, until none is left that keeps the loop alive: a server that
     * listens, and the delays of [backgroundScope], do not count.
     */
    public suspend fun advanceUntilIdle()

    /**
     * Lets the loop make whole turns: the coroutine goes on in the idle phase, before the next poll. The clock stands
     * still.
     *
     * @param count how many
     */
    public suspend fun turn(count: Int = 1)
}
