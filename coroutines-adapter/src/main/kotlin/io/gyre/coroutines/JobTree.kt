package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlin.coroutines.ContinuationInterceptor

/** A program may be stuck in very many coroutines at once. */
private const val MOST_COROUTINES = 200

/**
 * Draws a job and its children that have not ended, for the message about a stuck program: one a line, and below it
 * where the coroutine is suspended, if the debug probes of kotlinx.coroutines know. Below that come the coroutines that
 * were launched on the loop itself: the job may wait for what they do.
 */
internal fun Job.describeTree(coroutines: LoopCoroutines): String {
    val tree = JobTree(coroutines.loop)
    tree.add("its main coroutine:", listOf(this))
    tree.add(
        "\nOther coroutines of the loop:",
        coroutines.rootJob.children
            .filter { it !== this }
            .toList(),
    )
    return tree.toString()
}

/** Whether one of the job's coroutines runs elsewhere, where it may be at work. Looks at as many as a message names. */
internal fun Job.runsElsewhere(loop: EventLoop): Boolean {
    var left = MOST_COROUTINES

    fun search(job: Job): Boolean = job.dispatcherElsewhere(loop) != null || (--left > 0 && job.children.any(::search))
    return search(this)
}

private fun Job.dispatcherElsewhere(loop: EventLoop): ContinuationInterceptor? {
    val context = (this as? CoroutineScope)?.coroutineContext ?: return null
    val dispatcher = context[ContinuationInterceptor]
    val ofLoop = if (dispatcher is MainLoopDispatcher) dispatcher.target(context) else dispatcher as? LoopDispatcher
    return dispatcher.takeIf { ofLoop?.loop !== loop }
}

private class JobTree(private val loop: EventLoop) {
    private val suspended = SuspendedAt.findAll()
    private val text = StringBuilder()
    private var count = 0

    fun add(title: String, jobs: List<Job>) {
        if (jobs.isNotEmpty()) {
            text.append(title)
            jobs.forEach { draw(it, depth = 1) }
        }
    }

    private fun draw(job: Job, depth: Int) {
        if (++count > MOST_COROUTINES) {
            return
        }
        text.append('\n').append("  ".repeat(depth))
        val context = (job as? CoroutineScope)?.coroutineContext
        context?.get(CoroutineName)?.let { text.append('"').append(it.name).append("\" ") }
        text.append(job)
        job.dispatcherElsewhere(loop)?.let { text.append(" on ").append(it) }
        suspended?.get(job).orEmpty().forEach { frame ->
            text
                .append('\n')
                .append("  ".repeat(depth + 2))
                .append("at ")
                .append(frame)
        }
        job.children.forEach { draw(it, depth + 1) }
    }

    override fun toString(): String {
        if (count > MOST_COROUTINES) {
            text.append("\n  ... and more")
        }
        if (suspended == null) {
            text.append(
                "\n(DebugProbes.install() of kotlinx-coroutines-debug, before they start, adds where they are suspended)",
            )
        }
        return text.toString()
    }
}
