package io.gyre.coroutines.testing

import io.gyre.coroutines.LoopExitException
import io.gyre.loop.EventLoopBuilder
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

/**
 * Runs a test as a coroutine on a loop in virtual time: `runTest` with a real loop under it.
 *
 * **Time.** Timers, `delay`, `withTimeout` and the network of the test follow the test's clock, which stands at zero and
 * jumps when nothing is left to do: no test waits for time. While a request is under way that only another thread or the
 * system can finish, such as reading a file, the loop really waits for it. Work of other dispatchers is no request: use
 * [io.gyre.coroutines.blocking] for it.
 *
 * **Errors.** The test fails with what its body throws, or with the first error that nobody handled on the loop, which
 * also cancels the body. It fails as well if it takes longer than [timeout] of real time, or if it ends and leaves
 * something open that keeps the loop alive; the message names what.
 *
 * **End.** The body ends when its children have ended. Then [LoopTestScope.backgroundScope] is cancelled, and what is
 * being closed may take a minute of virtual time.
 *
 * **Cancellation.** A [kotlinx.coroutines.Job] in [context] is the parent of the test: whoever cancels it cancels the test.
 * A test whose thread is interrupted fails with an [InterruptedException].
 *
 * @param context further elements for the coroutines of the test; no dispatcher, since the loop is theirs
 * @param timeout how long the test may take in real time
 * @param configure changes how the loop is made; clock and transport are set already
 * @param testBody the test
 * @throws IllegalArgumentException if [context] has a dispatcher
 * @throws AssertionError if the test takes too long or leaves something open
 * @throws LoopExitException if the test ends the loop
 * @sample io.gyre.coroutines.samples.testSample
 */
public fun runLoopTest(
    context: CoroutineContext = EmptyCoroutineContext,
    timeout: Duration = 60.seconds,
    configure: EventLoopBuilder.() -> Unit = {},
    testBody: suspend LoopTestScope.() -> Unit,
) {
    LoopTest(context, timeout, configure, testBody = testBody).run()
}
