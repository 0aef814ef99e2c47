package io.gyre.coroutines

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.debug.DebugProbes
import kotlinx.coroutines.debug.State

/** Where coroutines are suspended. Known only while the debug probes of kotlinx.coroutines are installed. */
internal object SuspendedAt {
    /** As much of a stack as says where it is. */
    private const val FRAMES = 8

    /** Finds the innermost frames of each suspended coroutine; null where there are no probes. */
    fun findAll(): Map<Job, List<StackTraceElement>>? =
        try {
            Probes.findAll()
        } catch (_: LinkageError) {
            // kotlinx-coroutines-debug is an optional dependency.
            null
        }

    /** Apart, so that the optional classes are looked for within the `try`. */
    private object Probes {
        @OptIn(ExperimentalCoroutinesApi::class)
        fun findAll(): Map<Job, List<StackTraceElement>>? {
            if (!DebugProbes.isInstalled) {
                return null
            }
            val found = HashMap<Job, List<StackTraceElement>>()
            for (info in DebugProbes.dumpCoroutinesInfo()) {
                val job = info.job
                if (job != null && info.state == State.SUSPENDED) {
                    found[job] = info.lastObservedStackTrace().take(FRAMES)
                }
            }
            return found
        }
    }
}
