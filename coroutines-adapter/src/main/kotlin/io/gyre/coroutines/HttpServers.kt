package io.gyre.coroutines

import io.gyre.http.HttpServer
import io.gyre.http.HttpServerBuilder
import io.gyre.http.IncomingMessage
import io.gyre.http.ServerResponse
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import org.slf4j.LoggerFactory

private val LOG = LoggerFactory.getLogger(HttpServer::class.java)

/**
 * Makes an HTTP server whose requests are answered by coroutines. On the loop's thread; the server does not listen yet.
 *
 * **Scope.** The server is a child of this scope: the scope waits until the server is closed, and cancelling the scope
 * closes it. Each connection is a child of the server, see [HttpRequestScope.connection], and each request is one of its
 * connection: a coroutine that starts at once, in the callback of the request. (The jobs of both are made when it is first
 * suspended, or launches something.) If the client goes away, or the response is destroyed, the coroutine is cancelled.
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
    handler: suspend HttpRequestScope.(IncomingMessage, ServerResponse) -> Unit,
): HttpServer {
    val job = SupervisorJob(coroutineContext[Job])
    val requests = RequestHandling(loop, coroutineContext + job, onError, handler)
    val server = options.create(requests::answer)
    // Open until the server is closed: its scope does not end before that, however it ends.
    val open = CompletableDeferred<Unit>()
    server.onClose {
        open.complete(Unit)
        job.complete()
    }
    // A loop that ends closes the server, and no longer tells when.
    loop.loopCoroutines().atEnd(open) { open.complete(Unit) }
    CoroutineScope(coroutineContext + job + CoroutineName("server")).launch(start = CoroutineStart.UNDISPATCHED) {
        try {
            open.await()
        } finally {
            server.closeWith(open, connections = job.children.filter { it != coroutineContext[Job] })
        }
    }
    return server
}

/** Closes a server whose scope was cancelled: when the requests are over, with the sockets of its clients, and waits. */
private suspend fun HttpServer.closeWith(open: Deferred<Unit>, connections: Sequence<Job>) {
    if (open.isCompleted || !loop().inEventLoop() || loop().loopCoroutines().isEnding) {
        return
    }
    close()
    withContext(NonCancellable) {
        connections.toList().joinAll()
        if (loop().inEventLoop() && !loop().loopCoroutines().isEnding) {
            closeAllConnections()
            open.await()
        }
    }
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
