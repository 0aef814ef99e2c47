package io.gyre.coroutines.testing

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.cancel
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory
import java.util.concurrent.RejectedExecutionException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private val LOG = LoggerFactory.getLogger(EventLoop::class.java)

/** How long a test that has timed out, or was interrupted, may take to end by itself. */
internal val PATIENCE = 5.seconds

/**
 * Looks at the real time of a test. A test that blocks its thread cannot be ended from here; where it does is logged.
 *
 * @param onTimeout called on the loop's thread with where that thread was
 * @param giveUp called on the loop's thread if the test has been told to end, and goes on
 */
internal class Watchdog(
    private val loop: EventLoop,
    timeout: Duration,
    private val patience: Duration,
    private val onTimeout: (String) -> Unit,
    private val giveUp: () -> Unit,
) {
    private val watched = Thread.currentThread()
    private val scope = CoroutineScope(Dispatchers.Default)

    @Volatile
    private var hasAnswered = false

    init {
        scope.launch {
            delay(timeout)
            val stack = watched.stackTrace.joinToString("") { "\n\tat $it" }
            onLoop {
                hasAnswered = true
                onTimeout(stack)
            }
            waitForTheEnd()
            if (!hasAnswered) {
                LOG.error("[{}] the test timed out after {}; its thread is blocked at {}", loop.name(), timeout, stack)
            }
        }
    }

    /** The test has been told to end. */
    fun expectEnd() {
        scope.launch { waitForTheEnd() }
    }

    private suspend fun waitForTheEnd() {
        delay(patience)
        onLoop(giveUp)
    }

    private fun onLoop(action: () -> Unit) {
        try {
            loop.execute(action)
        } catch (_: RejectedExecutionException) {
            // It ended in the meantime.
        }
    }

    /** The test is over. */
    fun cancel() {
        scope.cancel()
    }
}
