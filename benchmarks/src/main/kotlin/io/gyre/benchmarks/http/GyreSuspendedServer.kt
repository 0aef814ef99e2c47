@file:JvmName("GyreSuspendedServer")

package io.gyre.benchmarks.http

import io.gyre.buffer.Buffer
import io.gyre.coroutines.await
import io.gyre.coroutines.createServer
import io.gyre.coroutines.runLoopForExitCode
import kotlin.system.exitProcess

/** Gyre with a `suspend` handler that is suspended once: until the promise of the contestant "gyre-deferred". */
fun main(args: Array<String>) {
    val body = Buffer.wrap(Plaintext.body())
    exitProcess(
        runLoopForExitCode {
            createServer { _, response ->
                Later.nextTick(loop).await()
                response.setHeader("Content-Type", Plaintext.CONTENT_TYPE)
                response.end(body)
            }.listen(Plaintext.port(args))
        },
    )
}
