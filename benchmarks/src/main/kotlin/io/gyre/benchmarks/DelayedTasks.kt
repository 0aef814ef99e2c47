package io.gyre.benchmarks

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch

/** Timers as a coroutine program writes them: a coroutine that delays. */
internal class DelayedTasks(
    dispatcher: CoroutineDispatcher,
) {
    private val scope = CoroutineScope(dispatcher + SupervisorJob())

    /** Called on the dispatcher's thread, so the coroutine starts without a dispatch. */
    fun set(
        delayMillis: Long,
        task: Runnable,
    ): Job =
        scope.launch(start = CoroutineStart.UNDISPATCHED) {
            delay(delayMillis)
            task.run()
        }
}
