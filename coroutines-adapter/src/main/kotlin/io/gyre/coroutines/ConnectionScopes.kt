package io.gyre.coroutines

import io.gyre.http.HttpConnection
import io.gyre.loop.EventLoop
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import java.util.IdentityHashMap
import kotlin.coroutines.CoroutineContext

/**
 * The scopes of a server's connections. A connection has one as soon as a request of it has a job. Confined to the loop's
 * thread.
 */
internal class ConnectionScopes(private val loop: EventLoop, private val context: CoroutineContext) {
    private val open = IdentityHashMap<HttpConnection, ConnectionScope>()

    fun of(connection: HttpConnection): ConnectionScope = open[connection] ?: begin(connection)

    private fun begin(connection: HttpConnection): ConnectionScope {
        val scope = ConnectionScope(loop, context, connection)
        if (connection.isClosed) {
            scope.end()
        } else {
            open[connection] = scope
            connection.onClose {
                open.remove(connection)
                scope.end()
            }
        }
        return scope
    }
}

/**
 * What lives on one connection: its requests, and what they have launched to last beyond them. Where the connection is
 * closed the latter is cancelled; a request that has been answered may go on and finish what it does.
 */
internal class ConnectionScope(
    private val loop: EventLoop,
    private val context: CoroutineContext,
    private val connection: HttpConnection,
) {
    /** The parent of the requests. */
    val requests: CompletableJob = SupervisorJob(context[Job])

    /** What handlers see. Made for the first that looks. */
    val scope: LoopScope by lazy(LazyThreadSafetyMode.NONE, ::open)

    private var lasting: CompletableJob? = null

    @Volatile
    private var hasEnded = false

    @OptIn(InternalCoroutinesApi::class)
    private fun open(): LoopScope {
        val job = SupervisorJob(requests)
        lasting = job
        if (hasEnded) {
            job.cancel(closed())
        } else {
            job.invokeOnCompletion(onCancelling = true) { cause -> if (cause != null) cancelled(cause) }
        }
        return BoundScope(loop, context.minusKey(Job) + job)
    }

    /** On any thread. Where it is the server that is cancelled, that closes its connections when their requests are over. */
    private fun cancelled(cause: Throwable) {
        if (!hasEnded && !requests.isCancelled) {
            requests.cancel(CancellationException("the scope of $connection was cancelled", cause))
            loop.onItsThread(connection::destroy)
        }
    }

    /** The connection is closed. */
    fun end() {
        hasEnded = true
        lasting?.cancel(closed())
        requests.complete()
    }

    private fun closed() = CancellationException("$connection was closed")
}
