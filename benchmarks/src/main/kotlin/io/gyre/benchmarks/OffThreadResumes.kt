package io.gyre.benchmarks

import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.launch
import kotlinx.coroutines.suspendCancellableCoroutine
import java.util.concurrent.Semaphore
import kotlin.coroutines.resume

/** Coroutines of one dispatcher that are suspended, and that another thread resumes. */
internal class OffThreadResumes(
    dispatcher: CoroutineDispatcher,
    private val coroutines: Int,
) : AutoCloseable {
    private val scope = CoroutineScope(dispatcher + SupervisorJob())
    private val suspended = arrayOfNulls<CancellableContinuation<Unit>>(coroutines)
    private val allSuspended = Semaphore(0)

    /** On the dispatcher. */
    private var running = coroutines

    init {
        repeat(coroutines) { number ->
            scope.launch {
                while (true) {
                    suspendCancellableCoroutine { continuation ->
                        suspended[number] = continuation
                        if (--running == 0) {
                            running = coroutines
                            allSuspended.release()
                        }
                    }
                }
            }
        }
        allSuspended.acquire()
    }

    /** Resumes each of them once, and returns when all have gone on and are suspended again. */
    fun resumeAll() {
        for (number in 0 until coroutines) {
            checkNotNull(suspended[number]).resume(Unit)
        }
        allSuspended.acquire()
    }

    override fun close() {
        scope.cancel()
    }
}
