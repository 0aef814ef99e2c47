@file:JvmName("KtorServer")

package io.gyre.benchmarks.http

import io.ktor.http.ContentType
import io.ktor.server.application.call
import io.ktor.server.engine.connector
import io.ktor.server.engine.embeddedServer
import io.ktor.server.netty.Netty
import io.ktor.server.response.respondBytes
import io.ktor.server.routing.get
import io.ktor.server.routing.routing

/** Ktor on Netty, with as many threads as it can be talked down to. */
fun main(args: Array<String>) {
    val body = Plaintext.body()
    embeddedServer(
        Netty,
        configure = {
            connectionGroupSize = 1
            workerGroupSize = 1
            callGroupSize = 1
            shareWorkGroup = true
            connector {
                host = "127.0.0.1"
                port = Plaintext.port(args)
            }
        },
    ) {
        routing {
            get("/plaintext") { call.respondBytes(body, ContentType.Text.Plain) }
        }
    }.start(wait = true)
}
