package io.gyre.coroutines

import io.gyre.loop.EventLoop
import kotlinx.coroutines.CoroutineExceptionHandler
import java.util.concurrent.RejectedExecutionException
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext

/** Sends what nobody handled in a coroutine to the loop's uncaught-error policy. */
internal class LoopUncaughtErrors(private val loop: EventLoop) :
    AbstractCoroutineContextElement(CoroutineExceptionHandler),
    CoroutineExceptionHandler {
    override fun handleException(context: CoroutineContext, exception: Throwable) {
        loop.raiseFromAnywhere(exception)
    }

    override fun toString(): String = "LoopUncaughtErrors(${loop.name()})"
}

/**
 * The same for coroutines that have a loop's dispatcher but no exception handler: found by kotlinx.coroutines through
 * the service loader, which also reports the exception to the thread's own handler.
 */
public class LoopExceptionService :
    AbstractCoroutineContextElement(CoroutineExceptionHandler),
    CoroutineExceptionHandler {
    /** Raises the exception on the loop of the coroutine, if it has one. */
    override fun handleException(context: CoroutineContext, exception: Throwable) {
        (context[ContinuationInterceptor] as? LoopDispatcher)?.loop?.raiseFromAnywhere(exception)
    }
}

private fun EventLoop.raiseFromAnywhere(error: Throwable) {
    if (inEventLoop()) {
        raise(error)
        return
    }
    try {
        execute { raise(error) }
    } catch (ended: RejectedExecutionException) {
        error.addSuppressed(ended)
        val thread = Thread.currentThread()
        thread.uncaughtExceptionHandler.uncaughtException(thread, error)
    }
}
