package io.gyre.samples.webflux

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import java.net.Socket
import kotlin.time.Duration.Companion.seconds

/** Redis may come after the service, as on Spring's defaults. */
internal class RedisTest : FunSpec({
    val folder = tempdir().toPath()

    for (loops in Loops.entries) {
        test("without Redis the service starts, and only what needs Redis fails: $loops") {
            Service(loops, Servers.redisAt(Servers.freePort()), folder).use { service ->
                repeat(3) { service.get("/hello/you").statusCode() shouldBe 500 }
                service.get("/notes").statusCode() shouldBe 200
            }
        }

        test("Redis that comes later is used at once: $loops").config(enabled = Servers.hasRedis) {
            val port = Servers.freePort()
            Service(loops, Servers.redisAt(port), folder).use { service ->
                service.get("/hello/you").statusCode() shouldBe 500
                Servers.startRedis(port)
                service.get("/hello/you").body() shouldBe "Hello, you: visit 1"
                service.get("/hello/you").body() shouldBe "Hello, you: visit 2"
            }
        }
    }

    test("operations share a connection, also where Redis came later").config(enabled = Servers.hasRedis) {
        val port = Servers.freePort()
        Service(Loops.OURS, Servers.redisAt(port), folder).use { service ->
            service.get("/hello/you").statusCode() shouldBe 500
            Servers.startRedis(port)
            eventually(20.seconds) {
                val before = connectionsSoFar(port)
                repeat(3) { service.get("/hello/you").statusCode() shouldBe 200 }
                // The one that asks is a connection too.
                connectionsSoFar(port) shouldBe before + 1
            }
        }
    }
})

private fun connectionsSoFar(port: Int): Int =
    Socket("127.0.0.1", port).use { socket ->
        socket.getOutputStream().write("INFO stats\r\nQUIT\r\n".toByteArray())
        val info = socket.getInputStream().readAllBytes().decodeToString()
        Regex("total_connections_received:(\\d+)").find(info)!!.groupValues[1].toInt()
    }
