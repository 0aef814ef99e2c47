package io.gyre.coroutines

import io.gyre.http.ClientException
import io.gyre.http.HttpServer
import io.gyre.loop.Registration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.flow.Flow
import java.net.InetSocketAddress
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/**
 * Starts to listen, and waits until connections are accepted. On the loop's thread.
 *
 * If the coroutine is cancelled meanwhile, the server is closed.
 *
 * @param port 0 for any free one
 * @param host an address or a name of this machine; all of its addresses if there is none
 * @return the address with the actual port
 * @throws java.io.IOException if the server cannot listen; the message names the address
 */
public suspend fun HttpServer.awaitListen(port: Int = 0, host: String? = null): InetSocketAddress {
    var onError: Registration? = null
    try {
        loop().suspendForLoop<Unit> { continuation ->
            onError = onError { error -> if (continuation.isActive) continuation.resumeWithException(error) }
            val wanted = if (host == null) InetSocketAddress(port) else InetSocketAddress(host, port)
            listen(wanted) { if (continuation.isActive) continuation.resume(Unit) }
        }
    } catch (e: CancellationException) {
        loop().onItsThread(::close)
        throw e
    } finally {
        onError?.remove()
    }
    return checkNotNull(address()) { "$this listens nowhere" }
}

/**
 * Closes the server, and waits until its connections have finished their responses and are gone. On the loop's thread.
 */
public suspend fun HttpServer.awaitClose() {
    if (isClosed) {
        return
    }
    var onClose: Registration? = null
    try {
        loop().suspendForLoop<Unit> { continuation ->
            onClose = onClose { if (continuation.isActive) continuation.resume(Unit) }
            close()
        }
    } finally {
        onClose?.remove()
    }
}

/** What clients do wrong, from the moment of collection on. To be collected on the loop's thread. */
public fun HttpServer.clientErrors(): Flow<ClientException> = events { onClientError(it) }
