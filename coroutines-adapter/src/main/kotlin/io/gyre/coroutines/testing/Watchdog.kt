package io.gyre.coroutines.testing

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import org.slf4j.LoggerFactory
import java.util.concurrent.RejectedExecutionException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.seconds

private val LOG = LoggerFactory.getLogger(EventLoop::class.java)

/** How long a loop that does not answer is waited for before the log says so. */
private val PATIENCE = 5.seconds

/**
 * Looks at the real time of a test. A test that blocks its thread cannot be ended from here; where it does is logged.
 *
 * @param onTimeout called on the loop's thread with where that thread was
 */
internal class Watchdog(private val loop: EventLoop, timeout: Duration, private val onTimeout: (String) -> Unit) {
    private val watched = Thread.currentThread()
    private val job: Job = CoroutineScope(Dispatchers.Default).launch {
        delay(timeout)
        val stack = stackOfTheLoop()
        try {
            loop.execute { onTimeout(stack) }
            delay(PATIENCE)
            LOG.error("[{}] the test timed out after {} and its thread is blocked at {}", loop.name(), timeout, stack)
        } catch (_: RejectedExecutionException) {
            // It ended in the meantime.
        }
    }

    private fun stackOfTheLoop(): String = watched.stackTrace.joinToString("") { "\n\tat $it" }

    /** The test is over. */
    fun cancel() {
        job.cancel()
    }
}
