@file:JvmName("GyreSuspendServer")

package io.gyre.benchmarks.http

import io.gyre.buffer.Buffer
import io.gyre.coroutines.createServer
import io.gyre.coroutines.runLoopForExitCode
import kotlin.system.exitProcess

/** Gyre with a `suspend` handler: a coroutine for each request, started on the loop. */
fun main(args: Array<String>) {
    val body = Buffer.wrap(Plaintext.body())
    exitProcess(
        runLoopForExitCode {
            createServer { _, response ->
                response.setHeader("Content-Type", Plaintext.CONTENT_TYPE)
                response.end(body)
            }.listen(Plaintext.port(args))
        },
    )
}
