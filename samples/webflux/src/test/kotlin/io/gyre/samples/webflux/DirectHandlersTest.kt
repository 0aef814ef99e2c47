package io.gyre.samples.webflux

import io.gyre.samples.handlers.Handlers
import io.gyre.samples.handlers.HandlersForAll
import io.gyre.samples.handlers.OpenHandlers
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.net.http.HttpResponse
import kotlin.time.Duration.Companion.minutes

/** A handler has the same outcome whether it is called directly, through Kotlin's reflection, or on Spring's defaults. */
internal class DirectHandlersTest : FunSpec({
    val folder = tempdir().toPath()
    val handlers = arrayOf(Handlers::class.java, OpenHandlers::class.java, HandlersForAll::class.java)

    fun service(loops: Loops, direct: Boolean) =
        Service(loops, listOf("gyre.direct-kotlin-handlers=$direct"), folder, *handlers)

    val direct = service(Loops.OURS, direct = true)
    val reflective = service(Loops.OURS, direct = false)
    val defaults = service(Loops.DEFAULTS, direct = true)
    afterSpec { listOf(direct, reflective, defaults).forEach(Service::close) }

    for ((path, body) in requests) {
        test("$path${if (body == null) "" else " given $body"}") {
            fun outcome(service: Service) = outcomeOf(if (body == null) service.get(path) else service.post(path, body))
            val ours = outcome(direct)
            ours shouldBe outcome(reflective)
            ours shouldBe outcome(defaults)
        }
    }

    test("the outcomes are those that the handlers are written for") {
        direct.get("/handlers/value").body() shouldBe "a value"
        direct.get("/handlers/thrown").statusCode() shouldBe 410
        direct.get("/handlers/default?number=2").body() shouldBe "2 and 8"
        direct.get("/handlers/default").body() shouldBe "7 and 8"
        direct.get("/handlers/value-class/5").body() shouldBe "Id(number=5)"
        direct.get("/handlers/created").statusCode() shouldBe 201
        direct.post("/handlers/valid", """{"name":""}""").statusCode() shouldBe 400
        direct.get("/handlers/own-exception").body() shouldBe "handled: own"
        direct.get("/handlers/filtered").body() shouldBe "from the filter"
    }

    test("handlers are called directly, and not all of them") {
        direct.get("/handlers/caller").body() shouldBe "direct"
        reflective.get("/handlers/caller").body() shouldNotBe "direct"
        direct.get("/handlers/caller/default").body() shouldNotBe "direct"
    }

    for ((name, service) in listOf("direct" to direct, "reflective" to reflective, "defaults" to defaults)) {
        for (style in listOf("waits", "waits/flow")) {
            test("a client that goes away cancels the handler: $name, $style") {
                val handlers = service.bean<Handlers>()
                val before = handlers.cancelled.get()
                val client = service.slowGet("/handlers/$style")
                eventually(1.minutes) { handlers.waiting.get() shouldBe before + 1 }
                client.close()
                eventually(1.minutes) { handlers.cancelled.get() shouldBe before + 1 }
            }
        }
    }
})

/** All that a client sees; but for the times and the place in an error's body. */
private fun outcomeOf(response: HttpResponse<String>): String =
    buildString {
        appendLine(response.statusCode())
        response
            .headers()
            .map()
            .toSortedMap()
            .filterKeys { it != "date" }
            .forEach { (name, values) -> appendLine("$name: $values") }
        append(
            response
                .body()
                .replace(Regex("\"timestamp\":\"[^\"]*\""), "")
                .replace(Regex("\"requestId\":\"[^\"]*\""), ""),
        )
    }

private val requests: List<Pair<String, String?>> =
    listOf(
        "value",
        "null",
        "maybe",
        "maybe?text=here",
        "unit",
        "unit/exchange",
        "unit/response",
        "number",
        "boolean",
        "plain",
        "plain/null",
        "plain/unit",
        "plain/number",
        "list",
        "object",
        "bytes",
        "flow",
        "flow/objects",
        "flow/empty",
        "flow/fails",
        "suspend-flow",
        "suspend-flow/objects",
        "mono",
        "mono/empty",
        "flux",
        "suspend-mono",
        "entity",
        "entity/empty",
        "entity/null",
        "entity/flow",
        "entity/mono",
        "entity/generic",
        "any",
        "any/unit",
        "any/null",
        "created",
        "created/unit",
        "teapot",
        "thrown",
        "thrown/later",
        "thrown/plain",
        "thrown/unexpected",
        "own-exception",
        "advised-exception",
        "handler-of-exception",
        "filtered",
        "context",
        "parameters/3?text=x&flag=true&numbers=1,2,3",
        "parameters/word?text=x",
        "parameters/3",
        "nullable",
        "nullable?number=3",
        "nullable?number=word",
        "default",
        "default?number=2",
        "default?number=2&other=3",
        "default/nullable",
        "value-class/5",
        "value-class/result",
        "form?name=a&age=3",
        "form?name=a&age=b",
        "header",
        "exchange",
        "model",
        "error-status",
        "generic",
        "open/value",
        "open/suspend",
        "inherited",
        "interface",
        "private",
        "nothing-of-that-name",
    ).map { "/handlers/$it" to null } +
        listOf(
            "/handlers/body" to "text",
            "/handlers/body" to "",
            "/handlers/body/json" to """{"name":"n","age":3}""",
            "/handlers/body/json" to """{"name":1""",
            "/handlers/body/json" to """{"age":3}""",
            "/handlers/body/mono" to """{"name":"n","age":3}""",
            "/handlers/body/flow" to "some text",
            "/handlers/valid" to """{"name":"n"}""",
            "/handlers/valid" to """{"name":""}""",
            "/handlers/valid/suspend" to """{"name":"n"}""",
            "/handlers/valid/suspend" to """{"name":""}""",
            "/handlers/value" to "not for POST",
        )
