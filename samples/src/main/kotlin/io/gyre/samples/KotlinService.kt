package io.gyre.samples

import io.gyre.coroutines.awaitListen
import io.gyre.coroutines.createServer
import io.gyre.coroutines.readFile
import io.gyre.coroutines.runLoop
import kotlinx.coroutines.async
import kotlinx.coroutines.delay
import kotlinx.coroutines.future.await
import kotlinx.coroutines.withTimeoutOrNull
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import java.nio.file.Files
import java.nio.file.Path
import kotlin.time.Duration.Companion.hours
import kotlin.time.Duration.Companion.milliseconds

/** A service in a dozen lines: requests are coroutines, on one thread, and end with their server. */
fun main() {
    val page = Files.writeString(Files.createTempFile("gyre", "page"), "hello")
    try {
        serve(page)
    } finally {
        Files.delete(page)
    }
}

private fun serve(page: Path) {
    // docs: begin service
    runLoop {
        // This thread is the loop; a request is a coroutine, a child of its server.
        val server = createServer { request, response ->
            val text = async { loop.readFile(page) } // read by a worker, back on the loop
            val weather = withTimeoutOrNull(10.milliseconds) { forecast() } // a timer of the loop
            response.end("${text.await()} ${request.path()}, weather: $weather")
        }
        val address = server.awaitListen(host = "127.0.0.1")
        println(get("http://127.0.0.1:${address.port}/kotlin"))
        server.close() // nothing keeps the loop alive now: runLoop returns
    }
    // docs: end service
}

private suspend fun forecast(): String {
    delay(1.hours)
    return "sunny"
}

private suspend fun get(address: String): String {
    val request = HttpRequest.newBuilder(URI(address)).build()
    return HttpClient
        .newHttpClient()
        .sendAsync(request, HttpResponse.BodyHandlers.ofString())
        .await()
        .body()
}
