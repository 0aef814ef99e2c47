package io.gyre.benchmarks

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/** Coroutines that give way to each other on one dispatcher. */
internal class Hops(
    dispatcher: CoroutineDispatcher,
) {
    private val scope = CoroutineScope(dispatcher + SupervisorJob())

    /** One coroutine that yields. */
    fun yields(count: Int): Unit =
        waitFor(
            scope.launch {
                repeat(count) { yield() }
            },
        )

    /** Two coroutines that hand elements over, each of which resumes the other. */
    fun handOvers(count: Int): Unit =
        waitFor(
            scope.launch {
                val channel = Channel<Unit>()
                launch {
                    repeat(count) { channel.send(Unit) }
                }
                repeat(count) { channel.receive() }
            },
        )

    private fun waitFor(job: Job): Unit = runBlocking { job.join() }
}
