package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopBuilder
import io.gyre.loop.MainTask
import io.gyre.loop.UnsettledMain
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.async
import java.util.concurrent.RejectedExecutionException

/**
 * Runs an event loop on the calling thread with a coroutine as its main program, and returns that coroutine's value.
 *
 * The main coroutine starts at once, in the loop's main callback. It ends when its children have ended; then the loop
 * goes on until nothing keeps it alive, and this function returns. So `fun main() = runLoop { ... }` is a whole
 * program: a server that is still open keeps it running.
 *
 * If the main coroutine fails, the loop ends there and then and the failure is thrown, as `runBlocking` does.
 *
 * @param options describes the loop
 * @param whenUnsettled what to do when nothing on the loop can resume the main coroutine: wait for another thread to
 *   (the default, as `runBlocking` does), or end with exit code 13, as Node does. Which coroutines are stuck is logged;
 *   under the first when nothing has come for a tenth of a second, and not while one of them waits for another dispatcher
 * @param main the program, with the loop at hand as [LoopScope.loop]
 * @return the value of the main coroutine
 * @throws LoopExitException if the loop ended before the main coroutine did, through [EventLoop.exit],
 *   [EventLoop.stop] or an uncaught error, or if it ended with another exit code than 0
 * @throws IllegalStateException if the calling thread runs a loop already
 */
public fun <T> runLoop(
    options: EventLoopBuilder = EventLoop.builder(),
    whenUnsettled: UnsettledMain = UnsettledMain.WAIT,
    main: suspend LoopScope.() -> T,
): T {
    val program = MainCoroutine(options.build(), main)
    val code = program.run(whenUnsettled) { task, failure ->
        task.settle()
        if (failure != null) {
            // Not from within the coroutine's completion, which would wrap what exit throws.
            program.loop.queueMicrotask { program.loop.exit(FAILED) }
        }
    }
    return program.result(code)
}

/**
 * Runs an event loop on the calling thread with a coroutine as its main program, and returns the loop's exit code:
 * `fun main(): Unit = exitProcess(runLoopForExitCode { ... })`.
 *
 * As [runLoop], except that a failure of the main coroutine is an uncaught error of the loop: it goes to
 * [EventLoop.onUncaughtException], else it is logged and the exit code is 1.
 *
 * @return 0, the code given to [EventLoop.exit], 1 after an uncaught error, 7 if the handler of one failed, or 13 if
 *   the main coroutine was stuck
 */
public fun runLoopForExitCode(
    options: EventLoopBuilder = EventLoop.builder(),
    whenUnsettled: UnsettledMain = UnsettledMain.WAIT,
    main: suspend LoopScope.() -> Unit,
): Int =
    MainCoroutine(options.build(), main).run(whenUnsettled) { task, failure ->
        if (failure == null || failure is CancellationException) task.settle() else task.fail(failure)
    }

/**
 * A loop that [runLoop] ran has ended otherwise than by the end of its main coroutine.
 *
 * @property exitCode the loop's exit code
 */
public class LoopExitException(public val exitCode: Int, message: String) : RuntimeException(message)

private const val FAILED = 1

/** The main program of a loop as a coroutine. */
private class MainCoroutine<T>(val loop: EventLoop, private val main: suspend LoopScope.() -> T) {
    private val coroutines = loop.loopCoroutines()
    private var coroutine: Deferred<T>? = null

    /** Whether the coroutine had ended when the loop began to. Read and written on the loop's thread. */
    private var isSettled = false

    fun run(whenUnsettled: UnsettledMain, onSettled: (MainTask, Throwable?) -> Unit): Int {
        MainLoop.enter(coroutines.dispatcher)
        try {
            return loop.run({ task -> start(task, whenUnsettled, onSettled) }, whenUnsettled)
        } finally {
            MainLoop.leave(coroutines.dispatcher)
        }
    }

    private fun start(task: MainTask, whenUnsettled: UnsettledMain, onSettled: (MainTask, Throwable?) -> Unit) {
        coroutines.guardThread()
        val started = scopeOf(coroutines, CoroutineName("main"), coroutines.rootJob)
            .async(start = CoroutineStart.UNDISPATCHED) { BoundScope(loop, coroutineContext).main() }
        coroutine = started
        val waits = whenUnsettled == UnsettledMain.WAIT
        task.describe { if (waits && started.runsElsewhere(loop)) "" else started.describeTree(coroutines) }
        started.invokeOnCompletion { failure -> onLoop { settle(task, failure, onSettled) } }
    }

    private fun settle(task: MainTask, failure: Throwable?, onSettled: (MainTask, Throwable?) -> Unit) {
        if (!coroutines.isEnding) {
            isSettled = true
            onSettled(task, failure)
        }
    }

    /** The last child of the coroutine may end on any thread. */
    private fun onLoop(action: () -> Unit) {
        if (loop.inEventLoop()) {
            action()
            return
        }
        try {
            loop.execute(action)
        } catch (_: RejectedExecutionException) {
            // The loop ended first, and its exit code says why.
        }
    }

    @OptIn(ExperimentalCoroutinesApi::class)
    fun result(code: Int): T {
        val ended = coroutine
        if (ended == null || !isSettled) {
            throw LoopExitException(
                code,
                "event loop '${loop.name()}' ended with exit code $code before its main coroutine did",
            )
        }
        ended.getCompletionExceptionOrNull()?.let { throw it }
        if (code != 0) {
            throw LoopExitException(code, "event loop '${loop.name()}' ended with exit code $code")
        }
        return ended.getCompleted()
    }
}
