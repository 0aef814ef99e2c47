package io.gyre.samples.webflux

import io.gyre.samples.handlers.Places
import io.gyre.samples.handlers.Transactions
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe

/** Where Spring or a driver uses threads of its own, a handler that returns a `Mono` goes on on its loop all the same. */
internal class PlacesTest : FunSpec({
    val service =
        Service(
            Loops.OURS,
            listOf(
                "spring.webflux.multipart.max-in-memory-size=1KB",
                "spring.r2dbc.pool.enabled=true",
                "spring.r2dbc.pool.initial-size=0",
                "spring.r2dbc.pool.max-size=1",
                "spring.r2dbc.pool.max-acquire-time=1s",
            ),
            tempdir().toPath(),
            Places::class.java,
            Transactions::class.java,
        )
    afterSpec { service.close() }

    test("a session") {
        service.get("/places/session").body() shouldBe "gyre-1"
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
        service.get("/places/pool").body() shouldBe "gyre-1"
    }
})
