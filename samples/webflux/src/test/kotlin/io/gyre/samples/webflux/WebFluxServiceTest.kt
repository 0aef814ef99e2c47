package io.gyre.samples.webflux

import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlin.time.Duration.Companion.minutes

/** The service does the same on Gyre's loops and on the defaults, with what is embedded and with real servers. */
internal class WebFluxServiceTest : FunSpec({
    val folder = tempdir().toPath()
    folder.resolve("hello.txt").toFile().writeText("Hello, World!\n".repeat(20_000))

    for (property in listOf("spring.main.lazy-initialization=true", "spring.threads.virtual.enabled=true")) {
        context("with $property") {
            Service(Loops.OURS, listOf(property), folder).use { behaves(it, Loops.OURS) }
        }
    }

    for (servers in listOf("embedded", "PostgreSQL and Redis")) {
        for (loops in Loops.entries) {
            context("$servers, loops: $loops") {
                val properties = if (servers == "embedded") listOf() else Servers.properties
                if (properties == null) {
                    test("left out, since these are not installed: ${Servers.missing}").config(enabled = false) {}
                } else {
                    Service(loops, properties, folder).use { behaves(it, loops) }
                }
            }
        }
    }
})

internal suspend fun io.kotest.core.spec.style.scopes.FunSpecContainerScope.behaves(service: Service, loops: Loops) {
    test("suspend functions of a controller") {
        val added = service.post("/notes", "first")
        added.statusCode() shouldBe 200
        val id = Regex("\"id\":(\\d+)").find(added.body())!!.groupValues[1]
        service.get("/notes/$id").body() shouldBe """{"id":$id,"text":"first"}"""
        service.get("/notes/$id/mono").body() shouldBe """{"id":$id,"text":"first"}"""
        service.get("/notes/999999").statusCode() shouldBe 404
        service.get("/notes").body() shouldContain """{"id":$id,"text":"first"}"""
        service.get("/notes/word").statusCode() shouldBe 400
    }

    test("functional routes, and Redis where there is one") {
        val name = "guest-$loops-${System.nanoTime()}"
        service.get("/hello/$name").body() shouldBe "Hello, $name: visit 1"
        service.get("/hello/$name").body() shouldBe "Hello, $name: visit 2"
    }

    test("a coroutine comes back to the loop") {
        val here = if (loops == Loops.OURS) "loop gyre-1" else "elsewhere"
        service.get("/threads").body() shouldBe "$here, elsewhere, $here, $here"
    }

    test("downloads") {
        val expected = "Hello, World!\n".repeat(20_000)
        service.bytes("/files/hello.txt/flux").decodeToString() shouldBe expected
        service.bytes("/files/hello.txt/flow").decodeToString() shouldBe expected
    }

    test("rows") {
        val expected = (1..1000).map { "$it" }
        for (style in listOf("flux", "flow")) {
            service
                .get("/numbers/1000/$style")
                .body()
                .lines()
                .filter(String::isNotEmpty)
                .map { it.trimEnd('.') } shouldContainExactly expected
        }
    }

    test("server-sent events") {
        service.firstLines("/ticks", 4) shouldContainExactly listOf("id:0", "data:0", "id:1", "data:1")
    }

    test("a WebSocket") {
        service.converse("/echo", "hello") shouldBe listOf("echo hello")
    }

    test("a WebSocket with a coroutine, to which messages come while it waits") {
        service.converse("/echo/later", "a", "b", "c") shouldBe listOf("later a", "later b", "later c")
    }

    test("the actuator") {
        service.get("/actuator/health").body() shouldContain """"status":"UP""""
        val endpoint = service.get("/actuator/eventloop")
        endpoint.statusCode() shouldBe if (loops == Loops.OURS) 200 else 404
        if (loops == Loops.OURS) {
            endpoint.body() shouldContain """"name":"gyre-1""""
            // A loop that is asked while the machine stalls may not answer in time.
            eventually(1.minutes) { service.get("/actuator/eventloop").body() shouldContain """"state":"runs"""" }
            service.get("/actuator/metrics/gyre.loop.turns").body() shouldContain """"gyre-1""""
            service.get("/actuator/metrics/gyre.loop.handles").statusCode() shouldBe 200
            service.get("/actuator/metrics/gyre.loop.lag").statusCode() shouldBe 200
        }
    }
}
