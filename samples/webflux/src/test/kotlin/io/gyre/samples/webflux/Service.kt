package io.gyre.samples.webflux

import io.gyre.loop.EventLoop
import io.gyre.loop.EventLoopGroup
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.ConfigurableApplicationContext
import org.springframework.core.io.DefaultResourceLoader
import java.net.InetAddress
import java.net.Socket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse
import java.net.http.HttpResponse.BodyHandlers
import java.net.http.WebSocket
import java.nio.file.Path
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit

/** Which loops the service runs on. */
internal enum class Loops { OURS, DEFAULTS }

/** The running service, and clients that use neither Netty nor Reactor. */
internal class Service(
    loops: Loops,
    servers: List<String>,
    folder: Path,
    vararg configurations: Class<*>,
    application: Class<*> = WebFluxService::class.java,
) : AutoCloseable {
    val context: ConfigurableApplicationContext =
        SpringApplicationBuilder(DefaultResourceLoader(application.classLoader), application, *configurations)
            .run(
                *(
                    listOf(
                        "server.port=0",
                        "gyre.enabled=${loops == Loops.OURS}",
                        "sample.folder=$folder",
                        "gyre.shutdown-timeout=200ms",
                        "spring.reactor.netty.shutdown-quiet-period=0s",
                        "logging.level.root=warn",
                    ) + servers
                ).map { "--$it" }.toTypedArray(),
            )

    private val port = port("local.server.port")

    fun port(property: String): Int = context.environment.getProperty(property)!!.toInt()

    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()

    /** The only loop of the service on ours. */
    val loop: EventLoop get() = context.getBean(EventLoopGroup::class.java).loops().single()

    inline fun <reified T : Any> bean(): T = context.getBean(T::class.java)

    fun get(path: String, toPort: Int = port): HttpResponse<String> =
        client.send(request(path, toPort).build(), BodyHandlers.ofString())

    fun getWithCookie(path: String, cookie: String): HttpResponse<String> =
        client.send(request(path).header("Cookie", cookie).build(), BodyHandlers.ofString())

    fun getLater(path: String): CompletableFuture<HttpResponse<String>> =
        client.sendAsync(request(path).build(), BodyHandlers.ofString())

    /** Asks over a new connection, which is accepted by the next loop. */
    fun onAConnectionOfItsOwn(path: String): String =
        slowGet(path).use { client ->
            client.readAll().decodeToString().substringAfter("\r\n\r\n")
        }

    fun bytes(path: String): ByteArray =
        client.send(request(path).build(), BodyHandlers.ofByteArray()).body()

    fun post(
        path: String,
        body: String,
        type: String = if (body.startsWith("{")) "application/json" else "text/plain",
    ): HttpResponse<String> =
        client.send(
            request(path)
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString(),
        )

    /** The first lines of a stream that does not end. */
    fun firstLines(path: String, count: Int): List<String> =
        client
            .send(request(path).build(), BodyHandlers.ofInputStream())
            .body()
            .use { body ->
                body
                    .bufferedReader()
                    .lineSequence()
                    .filter(String::isNotEmpty)
                    .take(count)
                    .toList()
            }

    /** What a WebSocket answers to messages that are sent one after the other. */
    fun converse(path: String, vararg messages: String): List<String> {
        val answers = LinkedBlockingQueue<Result<String>>()
        val listener =
            object : WebSocket.Listener {
                private val text = StringBuilder()

                override fun onText(socket: WebSocket, data: CharSequence, last: Boolean): CompletionStage<*>? {
                    text.append(data)
                    if (last) {
                        answers.add(Result.success(text.toString()))
                        text.clear()
                    }
                    socket.request(1)
                    return null
                }

                override fun onError(socket: WebSocket, error: Throwable) {
                    answers.add(Result.failure(error))
                }
            }
        val socket = client.newWebSocketBuilder().buildAsync(uri("ws", path), listener).get(30, TimeUnit.SECONDS)
        messages.forEach { socket.sendText(it, true).get(30, TimeUnit.SECONDS) }
        return messages
            .map { checkNotNull(answers.poll(30, TimeUnit.SECONDS)) { "no answer to $it" }.getOrThrow() }
            .also { socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(30, TimeUnit.SECONDS) }
    }

    /** A client that reads as much as it is told to, over a socket that holds little. */
    fun slowGet(path: String): SlowClient {
        val socket = Socket()
        socket.receiveBufferSize = SMALL
        socket.connect(java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        socket.getOutputStream().write("GET $path HTTP/1.0\r\nHost: localhost\r\n\r\n".toByteArray())
        return SlowClient(socket)
    }

    private fun request(path: String, toPort: Int = port) =
        HttpRequest.newBuilder(uri("http", path, toPort)).timeout(Duration.ofMinutes(5))

    private fun uri(scheme: String, path: String, toPort: Int = port) = URI("$scheme://127.0.0.1:$toPort$path")

    override fun close() {
        context.close()
    }

    companion object {
        const val SMALL = 64 * 1024
    }
}

internal class SlowClient(private val socket: Socket) : AutoCloseable {
    private val input = socket.getInputStream()
    private val buffer = ByteArray(Service.SMALL)

    /** Reads until so many bytes have come, or the end has. */
    fun read(count: Long): Long {
        var sum = 0L
        while (sum < count) {
            val n = input.read(buffer, 0, minOf(buffer.size.toLong(), count - sum).toInt())
            if (n < 0) {
                return sum
            }
            sum += n
        }
        return sum
    }

    fun readAll(): ByteArray = input.readAllBytes()

    override fun close() {
        socket.close()
    }
}
