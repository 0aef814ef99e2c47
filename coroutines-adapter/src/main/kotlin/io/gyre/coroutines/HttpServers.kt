package io.gyre.coroutines

import io.gyre.http.HttpServer
import io.gyre.http.HttpServerBuilder
import io.gyre.http.IncomingMessage
import io.gyre.http.ServerResponse
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import org.slf4j.LoggerFactory
import java.util.concurrent.RejectedExecutionException

private val LOG = LoggerFactory.getLogger(HttpServer::class.java)

/**
 * Makes an HTTP server whose requests are answered by coroutines. On the loop's thread; the server does not listen yet.
 *
 * **Scope.** The server is a child of this scope: the scope waits until the server is closed, and cancelling the scope
 * closes it. Each request is a child of the server: a coroutine that starts at once, in the callback of the request.
 * (Its job is made when it is first suspended, or launches something.)
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
    val requests = RequestScope(loop, coroutineContext + job, onError, handler)
    val server = options.create(requests::answer)
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

internal fun ServerResponse.failed(error: Throwable) {
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
