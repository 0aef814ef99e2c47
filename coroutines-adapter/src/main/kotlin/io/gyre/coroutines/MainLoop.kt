package io.gyre.coroutines

import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Delay
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.MainCoroutineDispatcher
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.cancel
import kotlinx.coroutines.internal.MainDispatcherFactory
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext

/** The loop behind `Dispatchers.Main`: the first that [runLoop] runs, until it ends. */
internal object MainLoop {
    private val current = AtomicReference<LoopDispatcher?>()

    /** The name of the main loop that ended last. */
    @Volatile
    private var ended: String? = null

    fun enter(dispatcher: LoopDispatcher) {
        current.compareAndSet(null, dispatcher)
    }

    fun leave(dispatcher: LoopDispatcher) {
        if (current.get() === dispatcher) {
            ended = dispatcher.loop.name()
            current.set(null)
        }
    }

    fun dispatcherOrNull(): LoopDispatcher? = current.get()

    /**
     * Says what becomes of a coroutine while there is no main loop: it is cancelled if there was one.
     *
     * @throws IllegalStateException if there was none
     */
    fun endOfMain(): CancellationException = endOfMain(ended)

    fun endOfMain(ended: String?): CancellationException {
        checkNotNull(ended) { "Dispatchers.Main needs a running loop; start it with runLoop { }" }
        return CancellationException("main event loop '$ended' has ended")
    }
}

/** Names the main loop of the coroutines that descend from a test: of tests that run at once, each has its own. */
internal class MainLoopElement(val dispatcher: LoopDispatcher) : AbstractCoroutineContextElement(Key) {
    companion object Key : CoroutineContext.Key<MainLoopElement>

    override fun toString(): String = "MainLoopElement($dispatcher)"
}

/** Makes the main loop `Dispatchers.Main`; found by kotlinx.coroutines through its service file. */
@OptIn(InternalCoroutinesApi::class)
public class MainLoopFactory : MainDispatcherFactory {
    /** Below that of user-interface toolkits: where there is one, its thread is the main one. */
    override val loadPriority: Int get() = -1

    /** Makes the dispatcher, which looks for the loop each time. */
    override fun createDispatcher(allFactories: List<MainDispatcherFactory>): MainCoroutineDispatcher =
        MainLoopDispatcher(immediately = false)
}

@OptIn(InternalCoroutinesApi::class)
internal class MainLoopDispatcher(private val immediately: Boolean) : MainCoroutineDispatcher(), Delay {
    override val immediate: MainCoroutineDispatcher =
        if (immediately) this else MainLoopDispatcher(immediately = true)

    /** The dispatcher of the present main loop, or of a test's own. */
    fun target(context: CoroutineContext): LoopDispatcher? {
        val main = context[MainLoopElement]?.dispatcher ?: MainLoop.dispatcherOrNull()
        return if (immediately) main?.immediate else main
    }

    override fun isDispatchNeeded(context: CoroutineContext): Boolean {
        val loop = target(context)
        if (loop == null) {
            MainLoop.endOfMain()
            return true
        }
        return loop.isDispatchNeeded(context)
    }

    override fun dispatch(context: CoroutineContext, block: Runnable) {
        target(context)?.dispatch(context, block) ?: finishElsewhere(context, block)
    }

    override fun dispatchYield(context: CoroutineContext, block: Runnable) {
        target(context)?.dispatchYield(context, block) ?: finishElsewhere(context, block)
    }

    /** As with a loop that has ended: nobody waits for the coroutine in vain. */
    private fun finishElsewhere(context: CoroutineContext, block: Runnable) {
        context.cancel(MainLoop.endOfMain())
        Dispatchers.IO.dispatch(context, block)
    }

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        val loop = target(continuation.context)
        if (loop == null) {
            val cause = MainLoop.endOfMain()
            continuation.context.cancel(cause)
            continuation.cancel(cause)
            return
        }
        // A test may have wrapped us.
        val main = continuation.context[ContinuationInterceptor] as? MainCoroutineDispatcher
        loop.resumeAfterDelay(main ?: this, timeMillis, continuation)
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle {
        val loop = target(context)
        if (loop == null) {
            context.cancel(MainLoop.endOfMain())
            return DisposableHandle { }
        }
        return (loop as Delay).invokeOnTimeout(timeMillis, block, context)
    }

    override fun toString(): String = if (immediately) "Dispatchers.Main.immediate" else "Dispatchers.Main"
}
