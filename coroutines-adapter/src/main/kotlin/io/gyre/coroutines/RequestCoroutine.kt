package io.gyre.coroutines

import io.gyre.http.IncomingMessage
import io.gyre.http.ServerResponse
import io.gyre.loop.ContextFrame
import io.gyre.loop.EventLoop
import io.gyre.loop.Registration
import kotlinx.coroutines.AbstractCoroutine
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineExceptionHandler
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.newCoroutineContext
import kotlin.coroutines.Continuation
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED
import kotlin.coroutines.intrinsics.startCoroutineUninterceptedOrReturn

/** How a server's requests are answered: what all of them share. */
internal class RequestHandling(
    val loop: EventLoop,
    val context: CoroutineContext,
    private val onError: (IncomingMessage, Throwable) -> Unit,
    val handler: suspend HttpRequestScope.(IncomingMessage, ServerResponse) -> Unit,
) {
    val interceptor: ContinuationInterceptor? = context[ContinuationInterceptor]

    val connections: ConnectionScopes = ConnectionScopes(loop, context)

    /** What a request has in common with the others. */
    private val shared = RequestElements(context)

    /**
     * Whether a coroutine of the scope has elements that must be installed around every piece of it, also the first: those
     * of the scope, and in debug mode its number.
     */
    private val hasThreadElements = elementsOfItsOwn().others.any { it is ThreadContextElement<*> }

    fun answer(request: IncomingMessage, response: ServerResponse) {
        val elements = if (hasThreadElements) elementsOfItsOwn() else shared
        RequestCoroutine(this, elements, request, response).start(needsJob = hasThreadElements)
    }

    /** As for any new coroutine: elements that are to be copied are, and in debug mode it has a number of its own. */
    @OptIn(ExperimentalCoroutinesApi::class)
    private fun elementsOfItsOwn(): RequestElements =
        RequestElements(CoroutineScope(context).newCoroutineContext(EmptyCoroutineContext))

    fun report(request: IncomingMessage, error: Throwable) {
        try {
            onError(request, error)
        } catch (second: Throwable) {
            second.addSuppressed(error)
            context[CoroutineExceptionHandler]?.handleException(context, second) ?: throw second
        }
    }
}

/** The elements of a request's context: all but the job, the frame, and the interceptor. */
private class RequestElements(context: CoroutineContext) {
    val all: CoroutineContext = context.minusKey(Job).minusKey(FrameContext)

    val others: Array<CoroutineContext.Element> =
        all.minusKey(ContinuationInterceptor).fold(emptyArray()) { found, element -> found + element }
}

/**
 * The coroutine that answers one request, and its scope and context in one object.
 *
 * A handler that answers without being suspended needs neither a job nor a context of its own. Both are made when
 * somebody asks for them: the first suspension that can be cancelled does, and so does whatever launches a child.
 */
private class RequestCoroutine(
    private val server: RequestHandling,
    private val elements: RequestElements,
    private val request: IncomingMessage,
    private val response: ServerResponse,
) : HttpRequestScope,
    CoroutineContext,
    Continuation<Unit> {
    private var job: RequestJob? = null

    /** Set while the job is made: it asks for its parent, and adds itself to this, where it belongs already. */
    private var parent: Job? = null

    override val loop: EventLoop get() = server.loop

    override val connection: LoopScope get() = jobOfItsOwn().connection.scope

    override val context: CoroutineContext get() = this

    override val coroutineContext: CoroutineContext get() = this

    fun start(needsJob: Boolean) {
        val former = ContextFrame.current(server.loop)
        val takeAway = if (needsJob) jobOfItsOwn().install() else null
        var failure: Throwable? = null
        var suspended = false
        try {
            val body: suspend () -> Unit = { server.handler(this, request, response) }
            suspended = body.startCoroutineUninterceptedOrReturn(this) === COROUTINE_SUSPENDED
        } catch (e: Throwable) {
            // The exit of the loop passes through.
            if (server.loop.isHalted) throw e
            failure = e
        } finally {
            if (takeAway != null) {
                takeAway()
            } else {
                leaveFrame(former, suspended)
            }
        }
        if (!suspended) {
            resumeWith(if (failure == null) Result.success(Unit) else Result.failure(failure))
        }
        job?.let(::cancelWithClient)
    }

    /** What the handler entered is its own: it goes on with it when it is resumed, and nobody else does. */
    private fun leaveFrame(former: ContextFrame, suspended: Boolean) {
        if (suspended) {
            jobOfItsOwn().frame.keep()
        }
        if (ContextFrame.current(server.loop) !== former) {
            former.enter()
        }
    }

    override fun resumeWith(result: Result<Unit>) {
        val failure = result.exceptionOrNull()
        if (failure != null) {
            response.failed(failure)
        }
        val own = job
        if (own != null) {
            own.resumeWith(result)
        } else if (failure != null && failure !is CancellationException) {
            server.report(request, failure)
        }
    }

    private fun cancelWithClient(own: RequestJob) {
        if (own.isActive) {
            own.listener =
                response.onClose {
                    if (!response.isWritableFinished) {
                        own.cancel(CancellationException("the client of $request went away"))
                    }
                }
        }
    }

    private fun jobOfItsOwn(): RequestJob = job ?: makeJob()

    private fun makeJob(): RequestJob {
        val connection = server.connections.of(request.connection())
        parent = connection.requests
        try {
            return RequestJob(server, request, connection, FrameContext.captured(), this).also { job = it }
        } finally {
            parent = null
        }
    }

    @Suppress("UNCHECKED_CAST") // a key's element is of its type
    override fun <E : CoroutineContext.Element> get(key: CoroutineContext.Key<E>): E? =
        when {
            key === ContinuationInterceptor -> server.interceptor as E?
            key === Job -> (parent ?: jobOfItsOwn()) as E
            key === FrameContext -> jobOfItsOwn().frame as E
            else -> elements.all[key]
        }

    /** As a combined context does, the interceptor last, without its recursion: every suspension comes here. */
    override fun <R> fold(initial: R, operation: (R, CoroutineContext.Element) -> R): R {
        val own = jobOfItsOwn()
        var result = initial
        for (element in elements.others) {
            result = operation(result, element)
        }
        result = operation(operation(result, own.frame), own)
        val last = server.interceptor
        return if (last == null) result else operation(result, last)
    }

    override fun minusKey(key: CoroutineContext.Key<*>): CoroutineContext = combined().minusKey(key)

    override fun plus(context: CoroutineContext): CoroutineContext =
        if (parent != null) this else combined() + context

    private fun combined(): CoroutineContext {
        val own = jobOfItsOwn()
        return elements.all + own.frame + own
    }

    override fun toString(): String = "RequestCoroutine($request)"
}

/** The job of a request that was suspended, or that has children. */
@OptIn(InternalCoroutinesApi::class)
private class RequestJob(
    private val server: RequestHandling,
    private val request: IncomingMessage,
    val connection: ConnectionScope,
    val frame: FrameContext,
    coroutine: RequestCoroutine,
) : AbstractCoroutine<Unit>(coroutine, initParentJob = true, active = true) {
    /** What cancels this job when the client goes away. Confined to the loop's thread. */
    var listener: Registration? = null

    override fun onCompleted(value: Unit) {
        listenNoMore()
    }

    override fun onCancelled(cause: Throwable, handled: Boolean) {
        listenNoMore()
    }

    private fun listenNoMore() {
        if (server.loop.inEventLoop()) {
            listener?.remove()
        }
    }

    /** What nobody in the request took: the server's other requests do not fail for it. */
    override fun handleJobException(exception: Throwable): Boolean {
        server.report(request, exception)
        return true
    }

    /** Installs the thread elements of the context, and returns what takes them away again. */
    fun install(): () -> Unit {
        val installed = ArrayDeque<() -> Unit>()
        context.fold(Unit) { _, element ->
            if (element is ThreadContextElement<*>) {
                installed.addFirst(install(element))
            }
        }
        return { installed.forEach { it() } }
    }

    private fun <S> install(element: ThreadContextElement<S>): () -> Unit {
        val former = element.updateThreadContext(context)
        return { element.restoreThreadContext(context, former) }
    }

    override fun toString(): String = "RequestJob($request)"
}
