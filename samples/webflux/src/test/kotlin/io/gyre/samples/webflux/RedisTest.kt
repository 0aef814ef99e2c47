package io.gyre.samples.webflux

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import org.springframework.context.annotation.Bean
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory
import org.springframework.data.redis.connection.SubscriptionListener
import org.springframework.web.reactive.function.server.ServerResponse
import org.springframework.web.reactive.function.server.bodyValueAndAwait
import org.springframework.web.reactive.function.server.coRouter
import java.nio.ByteBuffer
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

    test("a cluster: the first operation waits for its topology").config(enabled = Servers.hasRedis) {
        val port = Servers.freePortOfCluster()
        Servers.startRedisCluster(port)
        for (loops in Loops.entries) {
            val servers = Servers.redisWith("spring.data.redis.cluster.nodes=127.0.0.1:$port")
            Service(loops, servers, folder, RedisInAllForms::class.java).use { service ->
                service.get("/hello/$loops").body() shouldBe "Hello, $loops: visit 1"
                service.get("/hello/$loops").body() shouldBe "Hello, $loops: visit 2"
                service.get("/redis").body() shouldBe "PONG, a, 1, true, a message"
                service.get("/actuator/health").body() shouldContain "cluster_size"
            }
        }
    }

    test("a master and its replicas").config(enabled = Servers.hasRedis) {
        val port = Servers.freePort()
        Servers.startRedis(port)
        for (loops in Loops.entries) {
            val servers = Servers.redisWith("spring.data.redis.masterreplica.nodes=127.0.0.1:$port")
            Service(loops, servers, folder).use { service ->
                service.get("/hello/$loops").body() shouldBe "Hello, $loops: visit 1"
                service.get("/hello/$loops").body() shouldBe "Hello, $loops: visit 2"
            }
        }
    }

    test("a cluster that comes later").config(enabled = Servers.hasRedis) {
        val port = Servers.freePortOfCluster()
        val servers = Servers.redisWith("spring.data.redis.cluster.nodes=127.0.0.1:$port")
        Service(Loops.OURS, servers, folder).use { service ->
            service.get("/hello/you").statusCode() shouldBe 500
            Servers.startRedisCluster(port)
            service.get("/hello/you").body() shouldBe "Hello, you: visit 1"
        }
    }

    test("every form of operation waits for a connection that is not open yet").config(enabled = Servers.hasRedis) {
        for (loops in Loops.entries) {
            val port = Servers.freePort()
            Service(loops, Servers.redisAt(port), folder, RedisInAllForms::class.java).use { service ->
                service.get("/redis").statusCode() shouldBe 500
                Servers.startRedis(port)
                repeat(2) { service.get("/redis").body() shouldBe "PONG, a, 1, true, a message" }
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
    Regex("total_connections_received:(\\d+)").find(Servers.askRedis(port, "INFO stats"))!!.groupValues[1].toInt()

/** Uses one connection in many ways, which was asked for before there was one. */
internal open class RedisInAllForms {
    @Bean
    open fun redisForms(factory: ReactiveRedisConnectionFactory) =
        coRouter {
            GET("/redis") {
                val redis = factory.reactiveConnection
                val strings = redis.stringCommands()
                val keys = redis.keyCommands()
                val lists = redis.listCommands()
                val channels = redis.pubSubCommands()
                try {
                    val pong = redis.ping().awaitSingle()
                    strings.set(bytes("string"), bytes("a")).awaitSingle()
                    keys.del(bytes("list")).awaitSingle()
                    val subscription = channels.createSubscription(Listener).awaitSingle()
                    subscription.subscribe(bytes("channel")).awaitSingleOrNull()
                    val message =
                        subscription
                            .receive()
                            .next()
                            .doOnSubscribe { channels.publish(bytes("channel"), bytes("a message")).subscribe() }
                            .awaitSingle()
                    subscription.cancel().awaitSingleOrNull()
                    ServerResponse.ok().bodyValueAndAwait(
                        listOf(
                            pong,
                            text(strings.get(bytes("string")).awaitSingle()),
                            lists.rPush(bytes("list"), listOf(bytes("x"))).awaitSingle(),
                            keys.exists(bytes("string")).awaitSingle(),
                            text(message.message),
                        ).joinToString(),
                    )
                } finally {
                    redis.closeLater().awaitSingleOrNull()
                }
            }
        }

    private fun bytes(text: String) = ByteBuffer.wrap(text.toByteArray())

    private fun text(bytes: ByteBuffer) = Charsets.UTF_8.decode(bytes).toString()

    private object Listener : SubscriptionListener
}
