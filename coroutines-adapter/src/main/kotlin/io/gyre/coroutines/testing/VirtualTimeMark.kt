package io.gyre.coroutines.testing

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.test.TestCoroutineScheduler
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext

/**
 * What Turbine and Kotest look for to learn that time is virtual: then their own timeouts count real time, as they must,
 * since virtual time runs out at once while nothing else is to do.
 */
internal object VirtualTimeMark {
    /** The element for the context of a test; none where kotlinx-coroutines-test is missing, which is optional. */
    fun element(): CoroutineContext =
        try {
            Scheduler.make()
        } catch (_: LinkageError) {
            EmptyCoroutineContext
        }

    /** Apart, so that the optional class is looked for within the `try`. */
    private object Scheduler {
        @OptIn(ExperimentalCoroutinesApi::class)
        fun make(): CoroutineContext = TestCoroutineScheduler()
    }
}
