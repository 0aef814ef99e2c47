package io.gyre.samples.quickstart

import io.gyre.coroutines.createServer
import io.gyre.coroutines.runLoopForExitCode
import java.nio.file.Path
import kotlin.system.exitProcess

private const val DEFAULT_PORT = 8080

/**
 * A web service on one event loop: files as a Flow, files as a Flux, and the order in which a loop runs things.
 *
 * The first argument is the folder to serve, `www` by default; the environment variable `PORT` chooses the port. Nothing
 * here starts a thread: the loop runs on the main one, and reading files is up to the loop's worker pool.
 */
fun main(args: Array<String>) {
    val folder = Path.of(args.firstOrNull() ?: "www").toAbsolutePath().normalize()
    val port = System.getenv("PORT")?.toInt() ?: DEFAULT_PORT
    // docs: begin server
    exitProcess(
        runLoopForExitCode {
            val site = Site(loop, folder)
            val server = createServer { request, response -> site.answer(request, response) }
            server.listen("127.0.0.1", port) {
                val address = "http://127.0.0.1:${server.address()?.port}"
                println("Gyre serves $folder. Open:")
                println("  $address/        what there is")
                println("  $address/order   the order in which this loop runs things, live")
                println("  $address/files/  the folder; each file is a Flow")
                println("  $address/flux/   the folder; each file is a Flux")
                println("Stop with Ctrl-C.")
            }
        },
    )
    // docs: end server
}
