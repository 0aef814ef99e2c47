package io.gyre.coroutines

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job

/**
 * Draws a job and its children that have not ended, for the message about a stuck program: one a line, and below it
 * where the coroutine is suspended, if the debug probes of kotlinx.coroutines know.
 */
internal fun Job.describeTree(): String {
    val suspended = SuspendedAt.findAll()
    val text = StringBuilder("its main coroutine:")
    describeInto(text, depth = 1, suspended)
    if (suspended.isEmpty()) {
        text.append(
            "\n(DebugProbes.install() of kotlinx-coroutines-debug, before they start, adds where they are suspended)",
        )
    }
    return text.toString()
}

private fun Job.describeInto(text: StringBuilder, depth: Int, suspended: Map<Job, List<StackTraceElement>>) {
    text.append('\n').append("  ".repeat(depth))
    val name = (this as? CoroutineScope)?.coroutineContext?.get(CoroutineName)?.name
    if (name != null) {
        text.append('"').append(name).append("\" ")
    }
    text.append(this)
    suspended[this].orEmpty().forEach { frame ->
        text
            .append('\n')
            .append("  ".repeat(depth + 2))
            .append("at ")
            .append(frame)
    }
    children.forEach { it.describeInto(text, depth + 1, suspended) }
}
