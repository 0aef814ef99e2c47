package io.gyre.coroutines

import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job

/** Draws a job and its children that have not ended, one a line, for the message about a stuck program. */
internal fun Job.describeTree(): String {
    val text = StringBuilder("its main coroutine:")
    describeInto(text, depth = 1)
    return text.toString()
}

private fun Job.describeInto(text: StringBuilder, depth: Int) {
    text.append('\n').append("  ".repeat(depth))
    val name = (this as? CoroutineScope)?.coroutineContext?.get(CoroutineName)?.name
    if (name != null) {
        text.append('"').append(name).append("\" ")
    }
    text.append(this)
    children.forEach { it.describeInto(text, depth + 1) }
}
