package io.gyre.coroutines

import io.gyre.http.HttpServer
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.suspendCancellableCoroutine
import java.net.InetAddress
import java.net.Socket
import kotlin.coroutines.resume

/** Listens on a free port of the loopback interface. */
internal suspend fun HttpServer.listenLocally(): Unit =
    suspendCancellableCoroutine { listening ->
        listen(InetAddress.getLoopbackAddress().hostAddress, 0) { listening.resume(Unit) }
    }

/** Sends a request by a plain socket on another thread, and gives all that comes back. */
internal fun HttpServer.fetchLater(path: String): Deferred<String> {
    val address = address()!!
    return CoroutineScope(Dispatchers.IO).async {
        Socket(address.address, address.port).use { client ->
            client
                .getOutputStream()
                .write("GET $path HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n".toByteArray())
            client.getInputStream().readBytes().decodeToString()
        }
    }
}

internal suspend fun HttpServer.fetch(path: String): String = fetchLater(path).await()
