package io.gyre.samples.webflux

import io.gyre.samples.handlers.Places
import io.gyre.samples.handlers.Transactions
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import kotlin.time.Duration.Companion.minutes

/** Where Spring or a driver uses threads of its own, a handler that returns a `Mono` goes on on its loop all the same. */
internal class PlacesTest : FunSpec({
    val folder = tempdir().toPath()
    val pool = listOf("enabled=true", "initial-size=0", "max-size=1").map { "spring.r2dbc.pool.$it" }

    fun service(vararg properties: String) =
        Service(Loops.OURS, pool + properties, folder, Places::class.java, Transactions::class.java)

    val service = service("spring.webflux.multipart.max-in-memory-size=1KB")
    afterSpec { service.close() }

    test("a session") {
        service.get("/places/session").body() shouldBe "gyre-1"
    }

    test("a session that is saved, gets another id and is ended") {
        val changed = service.get("/places/session/id")
        changed.body() shouldBe "gyre-1, true, gyre-1"
        val cookie = changed
            .headers()
            .firstValue("Set-Cookie")
            .get()
            .substringBefore(';')
        service.getWithCookie("/places/session/end", cookie).body() shouldBe "kept, true, gyre-1"
        service.getWithCookie("/places/session/end", cookie).body() shouldBe "lost, true, gyre-1"
    }

    for (size in listOf(100, 100_000)) {
        test("an upload of $size bytes") {
            val type = "multipart/form-data; boundary=border"
            val body =
                listOf("file\"; filename=\"f", "more\"; filename=\"m").joinToString("") {
                    "--border\r\nContent-Disposition: form-data; name=\"$it\"\r\n\r\n${"x".repeat(size)}\r\n"
                } + "--border--\r\n"
            service.post("/places/file", body, type).body() shouldBe "gyre-1, $size, gyre-1"
            service.post("/places/content", body, type).body() shouldBe "$size, gyre-1"
            service.post("/places/parts", body, type).body() shouldBe "file $size, gyre-1, more $size, gyre-1"
        }
    }

    test("a flow within a transaction") {
        service.get("/places/transaction").body() shouldBe "gyre-1, gyre-1"
    }

    test("a pool that has no connection in time") {
        // Nothing but this asks the pool; the first connection may be late as well, on a busy machine.
        service("spring.r2dbc.pool.max-acquire-time=1s", "spring.sql.init.mode=never").use { impatient ->
            eventually(1.minutes) { impatient.get("/places/pool").body() shouldBe "gyre-1" }
        }
    }
})
