package io.gyre.samples.webflux

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.withContext
import org.springframework.context.annotation.Bean
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory
import org.springframework.data.redis.connection.SubscriptionListener
import org.springframework.data.redis.core.StringRedisTemplate
import org.springframework.web.reactive.function.server.ServerResponse
import org.springframework.web.reactive.function.server.bodyValueAndAwait
import org.springframework.web.reactive.function.server.coRouter
import java.nio.ByteBuffer
import kotlin.time.Duration.Companion.minutes

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
    }

    for (kind in RedisKind.entries) {
        test("every form of operation waits for a connection that is not open yet: $kind")
            .config(enabled = Servers.hasRedis) {
                for (loops in Loops.entries) {
                    val redis = kind.reserve()
                    Service(loops, redis.properties, folder, RedisInAllForms::class.java).use { service ->
                        service.get("/redis").statusCode() shouldBe 500
                        redis.start()
                        // Spring Data cannot subscribe to channels by way of a master and its replicas.
                        if (kind != RedisKind.MASTER_AND_REPLICAS) {
                            repeat(2) { service.get("/redis").body() shouldBe "PONG, a, 1, true, a message" }
                        }
                        service.get("/hello/you").body() shouldBe "Hello, you: visit 1"
                        val here = if (loops == Loops.OURS) "IllegalStateException" else "1"
                        service.get("/redis/blocking").body() shouldBe "$here, 1"
                        service.get("/actuator/health").body() shouldContain "redis"
                    }
                }
            }
    }

    test("sentinels name another master, and the service follows").config(enabled = Servers.hasRedis) {
        val redis = RedisKind.SENTINEL.reserve()
        val other = redis.startWithReplica()
        Service(Loops.OURS, redis.properties, folder).use { service ->
            service.get("/hello/you").body() shouldBe "Hello, you: visit 1"
            eventually(1.minutes) { Servers.askRedis(other, "GET visits:you") shouldContain "1" }
            redis.stop()
            // Longer than several attempts of the sentinel.
            eventually(2.minutes) { service.get("/hello/you").body() shouldBe "Hello, you: visit 2" }
            Servers.askRedis(other, "ROLE") shouldContain "master"
            eventually(1.minutes) { threadsThatWaitForIo() shouldContainExactly listOf("gyre-1") }
        }
    }

    test("a connection that breaks is opened again").config(enabled = Servers.hasRedis) {
        val redis = RedisKind.SINGLE.reserve()
        redis.start()
        Service(Loops.OURS, redis.properties, folder).use { service ->
            service.get("/hello/you").body() shouldBe "Hello, you: visit 1"
            redis.stop()
            redis.start()
            eventually(1.minutes) { service.get("/hello/you").body() shouldBe "Hello, you: visit 1" }
        }
    }

    test("operations share a connection, also where Redis came later").config(enabled = Servers.hasRedis) {
        val redis = RedisKind.SINGLE.reserve()
        Service(Loops.OURS, redis.properties, folder).use { service ->
            service.get("/hello/you").statusCode() shouldBe 500
            redis.start()
            eventually(1.minutes) {
                val before = redis.connectionsSoFar()
                repeat(3) { service.get("/hello/you").statusCode() shouldBe 200 }
                redis.connectionsSoFar() shouldBe before + 1
            }
        }
    }
})

/** Uses one connection in many ways, which was asked for before there was one. */
internal open class RedisInAllForms {
    @Bean
    open fun redisForms(factory: ReactiveRedisConnectionFactory, template: StringRedisTemplate) =
        coRouter {
            GET("/redis/blocking") {
                val values = template.opsForValue()
                val here = runCatching { values.increment("here") }.getOrElse { it.javaClass.simpleName }
                val elsewhere = withContext(Dispatchers.IO) { values.increment("elsewhere") }
                ServerResponse.ok().bodyValueAndAwait("$here, $elsewhere")
            }
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
