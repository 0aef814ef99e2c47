package io.gyre.samples.quickstart

import io.gyre.coroutines.asFlow
import io.gyre.coroutines.pipeTo
import io.gyre.fs.FileSystem
import io.gyre.fs.ReadStream
import io.gyre.fs.ReadStreamOptions
import io.gyre.http.IncomingMessage
import io.gyre.http.ServerResponse
import io.gyre.loop.EventLoop
import io.gyre.reactor.LoopFlux
import io.gyre.reactor.LoopSubscribers
import kotlinx.coroutines.reactor.awaitSingleOrNull
import java.nio.file.Path

/**
 * What the quickstart answers.
 *
 * @param folder what to serve
 * @param open how to open a file; a test looks over its shoulder
 */
internal class Site(
    private val loop: EventLoop,
    folder: Path,
    private val open: (Path, ReadStreamOptions) -> ReadStream = FileSystem.of(loop)::createReadStream,
) {
    private val folder = Folder(loop, folder)

    /** Answers one request; suspends until the client has it all. */
    suspend fun answer(request: IncomingMessage, response: ServerResponse) {
        val path = try {
            request.path()
        } catch (_: IllegalArgumentException) {
            return response.sendText(400, "That is no path.")
        }
        if (request.method() != "GET" && request.method() != "HEAD") {
            response.setHeader("Allow", "GET, HEAD")
            return response.sendText(405, "Only GET and HEAD are answered here.")
        }
        when {
            path == "/" -> response.sendHtml(indexPage())
            path == "/order" -> response.sendHtml(orderPage(playOrder(loop)))
            path.startsWith(FILES) -> sendFile(path.removePrefix(FILES), request, response, ::throughFlow)
            path.startsWith(FLUX) -> sendFile(path.removePrefix(FLUX), request, response, ::throughFlux)
            else -> response.sendText(404, "There is nothing at $path.")
        }
    }

    private suspend fun sendFile(
        name: String,
        request: IncomingMessage,
        response: ServerResponse,
        send: suspend (ReadStream, ServerResponse) -> Unit,
    ) {
        when (val found = folder.find(name)) {
            Found.Nothing -> response.sendText(404, "There is no file of that name.")
            Found.Forbidden -> response.sendText(403, "That is outside of the folder.")
            is Found.Directory ->
                if (name.isEmpty() || name.endsWith("/")) {
                    response.sendHtml(directoryPage(found.names))
                } else {
                    response.setHeader("Location", request.url().substringBefore('?') + "/")
                    response.sendText(301, "That is a directory.")
                }
            is Found.File -> {
                val part = response.beginFile(found, request)
                if (part == null || part.isEmpty() || request.method() == "HEAD") {
                    response.end()
                } else {
                    val options = ReadStreamOptions.defaults().start(part.first).end(part.last)
                    send(open(found.path, options), response)
                }
            }
        }
    }

    // docs: begin flow-and-flux

    /** Each chunk is read when the client has taken the one before it: the flow suspends in between. */
    private suspend fun throughFlow(file: ReadStream, response: ServerResponse) {
        file.asFlow().pipeTo(response)
    }

    /** The same with `request(n)`: the subscriber asks for as many chunks as the response has room for. */
    private suspend fun throughFlux(file: ReadStream, response: ServerResponse) {
        val sink = LoopSubscribers.into(response)
        LoopFlux.from(file).subscribe(sink)
        sink.completion().awaitSingleOrNull()
    }
    // docs: end flow-and-flux

    private companion object {
        const val FILES = "/files/"
        const val FLUX = "/flux/"
    }
}
