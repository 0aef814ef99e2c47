package io.gyre.coroutines

import io.gyre.http.HttpServer
import io.gyre.http.HttpServerBuilder
import io.gyre.http.IncomingMessage
import io.gyre.http.ServerResponse
import io.gyre.loop.Registration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import org.slf4j.LoggerFactory
import java.util.concurrent.RejectedExecutionException

private val LOG = LoggerFactory.getLogger(HttpServer::class.java)

/**
 * Makes an HTTP server whose requests are answered by coroutines. On the loop's thread; the server does not listen yet.
 *
 * **Scope.** The server is a child of this scope: the scope waits until the server is closed, and cancelling the scope
 * closes it. Each request is a child of the server: a coroutine that starts at once, in the callback of the request.
 * If the client goes away, or the response is destroyed, the coroutine is cancelled.
 *
 * **End of a response.** The handler ends the response; one that returns without doing so, and hands it to nobody else,
 * leaves the client waiting until its timeout.
 *
 * **Errors.** What a handler throws is answered with 500, or where the head was sent already by closing the connection.
 * It goes to [onError] and fails neither the server nor other requests.
 *
 * @param options the limits of the server
 * @param onError told what a handler threw; logs it by default
 * @param handler answers one request
 */
public fun LoopScope.createServer(
    options: HttpServerBuilder = HttpServer.builder(loop),
    onError: (IncomingMessage, Throwable) -> Unit = ::logFailure,
    handler: suspend CoroutineScope.(IncomingMessage, ServerResponse) -> Unit,
): HttpServer {
    val job = SupervisorJob(coroutineContext[Job])
    val requests = this + job
    val server = options.create { request, response -> requests.answer(request, response, onError, handler) }
    server.onClose { job.complete() }
    job.invokeOnCompletion {
        try {
            // Also where the scope was cancelled from another thread.
            if (loop.inEventLoop()) server.close() else loop.execute(server::close)
        } catch (_: RejectedExecutionException) {
            // The loop closed it.
        }
    }
    return server
}

private fun CoroutineScope.answer(
    request: IncomingMessage,
    response: ServerResponse,
    onError: (IncomingMessage, Throwable) -> Unit,
    handler: suspend CoroutineScope.(IncomingMessage, ServerResponse) -> Unit,
) {
    val job = launch(start = CoroutineStart.UNDISPATCHED) {
        try {
            handler(request, response)
        } catch (e: Throwable) {
            response.failed(e)
            if (e !is CancellationException) onError(request, e) else throw e
        }
    }
    // A handler that never suspends does without.
    if (job.isActive) {
        val onClose = response.onClose {
            if (!response.isWritableFinished) {
                job.cancel(CancellationException("the client of $request went away"))
            }
        }
        job.invokeOnCompletion { onClose.removeOn(response) }
    }
}

private fun Registration.removeOn(response: ServerResponse) {
    if (response.loop().inEventLoop()) {
        remove()
    }
}

private fun ServerResponse.failed(error: Throwable) {
    if (!loop().inEventLoop() || isWritableEnded || isDestroyed) {
        return
    }
    if (headersSent() || error is CancellationException) {
        destroy()
        return
    }
    val names = mutableSetOf<String>()
    headers().forEach { name, _ -> names += name }
    names.forEach(::removeHeader)
    statusCode(500).setHeader("Connection", "close").end()
}

private fun logFailure(request: IncomingMessage, error: Throwable) {
    LOG.error("[{}] {} failed", request.loop().name(), request, error)
}
