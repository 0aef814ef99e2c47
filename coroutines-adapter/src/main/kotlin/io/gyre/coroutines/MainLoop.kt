package io.gyre.coroutines

import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.Delay
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.MainCoroutineDispatcher
import kotlinx.coroutines.Runnable
import kotlinx.coroutines.internal.MainDispatcherFactory
import java.util.concurrent.atomic.AtomicReference
import kotlin.coroutines.CoroutineContext

/** The loop behind `Dispatchers.Main`: the first that [runLoop] runs, until it ends. */
internal object MainLoop {
    private val current = AtomicReference<LoopDispatcher?>()

    fun enter(dispatcher: LoopDispatcher) {
        current.compareAndSet(null, dispatcher)
    }

    fun leave(dispatcher: LoopDispatcher) {
        current.compareAndSet(dispatcher, null)
    }

    fun dispatcher(): LoopDispatcher =
        current.get() ?: throw IllegalStateException("Dispatchers.Main needs a running loop; start it with runLoop { }")
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
private class MainLoopDispatcher(private val immediately: Boolean) : MainCoroutineDispatcher(), Delay {
    override val immediate: MainCoroutineDispatcher =
        if (immediately) this else MainLoopDispatcher(immediately = true)

    private val target: LoopDispatcher
        get() = MainLoop.dispatcher().let { if (immediately) it.immediate else it }

    override fun isDispatchNeeded(context: CoroutineContext): Boolean = target.isDispatchNeeded(context)

    override fun dispatch(context: CoroutineContext, block: Runnable): Unit = target.dispatch(context, block)

    override fun dispatchYield(context: CoroutineContext, block: Runnable): Unit = target.dispatchYield(context, block)

    override fun scheduleResumeAfterDelay(timeMillis: Long, continuation: CancellableContinuation<Unit>) {
        (target as Delay).scheduleResumeAfterDelay(timeMillis, continuation)
    }

    override fun invokeOnTimeout(timeMillis: Long, block: Runnable, context: CoroutineContext): DisposableHandle =
        (target as Delay).invokeOnTimeout(timeMillis, block, context)

    override fun toString(): String = if (immediately) "Dispatchers.Main.immediate" else "Dispatchers.Main"
}
