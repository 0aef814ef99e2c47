package io.gyre.coroutines

import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Runnable
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext

/** The same dispatcher in another wrapping: not equal, so that `withContext` has to dispatch. */
internal class WrappedDispatcher(private val inner: CoroutineDispatcher) : CoroutineDispatcher() {
    constructor(context: CoroutineContext) : this(context[ContinuationInterceptor] as CoroutineDispatcher)

    override fun isDispatchNeeded(context: CoroutineContext): Boolean = inner.isDispatchNeeded(context)

    override fun dispatch(context: CoroutineContext, block: Runnable): Unit = inner.dispatch(context, block)
}
