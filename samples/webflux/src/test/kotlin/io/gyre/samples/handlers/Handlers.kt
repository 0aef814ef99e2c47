package io.gyre.samples.handlers

import jakarta.validation.Valid
import jakarta.validation.constraints.NotBlank
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.emptyFlow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.reactor.ReactorContext
import kotlinx.coroutines.withContext
import org.springframework.http.HttpStatus
import org.springframework.http.MediaType
import org.springframework.http.ResponseEntity
import org.springframework.http.server.reactive.ServerHttpResponse
import org.springframework.ui.Model
import org.springframework.web.bind.annotation.ExceptionHandler
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.ModelAttribute
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.PostMapping
import org.springframework.web.bind.annotation.RequestBody
import org.springframework.web.bind.annotation.RequestHeader
import org.springframework.web.bind.annotation.RequestMapping
import org.springframework.web.bind.annotation.RequestParam
import org.springframework.web.bind.annotation.ResponseStatus
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.bind.annotation.RestControllerAdvice
import org.springframework.web.method.HandlerMethod
import org.springframework.web.server.CoWebFilter
import org.springframework.web.server.CoWebFilterChain
import org.springframework.web.server.ResponseStatusException
import org.springframework.web.server.ServerWebExchange
import reactor.core.publisher.Flux
import reactor.core.publisher.Mono
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.AbstractCoroutineContextElement
import kotlin.coroutines.CoroutineContext

internal data class Person(val name: String, val age: Int)

internal data class Named(
    @field:NotBlank val name: String,
)

internal data class Form(val name: String, val age: Int)

@JvmInline
internal value class Id(val number: Long)

internal class OwnException(message: String) : RuntimeException(message)

internal class AdvisedException(message: String) : RuntimeException(message)

@ResponseStatus(HttpStatus.CONFLICT)
internal class StatusException : RuntimeException("conflict")

internal interface FromInterface {
    @GetMapping("/handlers/interface")
    suspend fun ofInterface(): String
}

internal abstract class Base {
    @GetMapping("/handlers/inherited")
    suspend fun inherited(): String = "inherited"

    @GetMapping("/handlers/generic")
    abstract suspend fun generic(): Any
}

/** A handler of every kind. */
@RestController
@Suppress("TooManyFunctions", "UnusedParameter", "FunctionOnlyReturningConstant")
internal class Handlers :
    Base(),
    FromInterface {
    val waiting = AtomicInteger()
    val cancelled = AtomicInteger()

    @GetMapping("/handlers/value")
    suspend fun value(): String = "a value"

    @GetMapping("/handlers/null")
    suspend fun nothing(): String? = null

    @GetMapping("/handlers/maybe")
    suspend fun maybe(
        @RequestParam text: String?,
    ): String? {
        delay(1)
        return text
    }

    @GetMapping("/handlers/unit")
    suspend fun unit() {
        delay(1)
    }

    @GetMapping("/handlers/unit/exchange")
    suspend fun unitWithExchange(exchange: ServerWebExchange) {
        delay(1)
        exchange.response.statusCode = HttpStatus.ACCEPTED
    }

    @GetMapping("/handlers/unit/response")
    suspend fun unitWithResponse(response: ServerHttpResponse) {
        response.headers["X-Unit"] = "set"
    }

    @GetMapping("/handlers/number")
    suspend fun number(): Int = 42

    @GetMapping("/handlers/boolean")
    suspend fun boolean(): Boolean? = true

    @GetMapping("/handlers/plain")
    fun plain(): String = "plain"

    @GetMapping("/handlers/plain/null")
    fun plainNull(): String? = null

    @GetMapping("/handlers/plain/unit")
    fun plainUnit() = Unit

    @GetMapping("/handlers/plain/number")
    fun plainNumber(): Int = 42

    @GetMapping("/handlers/list")
    suspend fun list(): List<Person> = listOf(Person("a", 1), Person("b", 2))

    @GetMapping("/handlers/object")
    suspend fun thing(): Person = Person("a", 1)

    @GetMapping("/handlers/bytes", produces = [MediaType.APPLICATION_OCTET_STREAM_VALUE])
    suspend fun bytes(): ByteArray = byteArrayOf(65, 66, 67)

    @GetMapping("/handlers/flow")
    fun flowOfText(): Flow<String> = flow {
        emit("a")
        delay(1)
        emit("b")
    }

    @GetMapping("/handlers/flow/objects")
    fun flowOfObjects(): Flow<Person> = flowOf(Person("a", 1), Person("b", 2))

    @GetMapping("/handlers/flow/empty")
    fun flowOfNothing(): Flow<Person> = emptyFlow()

    @GetMapping("/handlers/flow/fails")
    fun flowFails(): Flow<Person> = flow { throw OwnException("of a flow") }

    @GetMapping("/handlers/suspend-flow")
    suspend fun suspendFlow(): Flow<String> {
        delay(1)
        return flowOfText()
    }

    @GetMapping("/handlers/suspend-flow/objects")
    suspend fun suspendFlowOfObjects(): Flow<Person> = flowOfObjects()

    @GetMapping("/handlers/mono")
    fun mono(): Mono<Person> = Mono.just(Person("a", 1))

    @GetMapping("/handlers/mono/empty")
    fun emptyMono(): Mono<Person> = Mono.empty()

    @GetMapping("/handlers/flux")
    fun flux(): Flux<Person> = Flux.just(Person("a", 1), Person("b", 2))

    @GetMapping("/handlers/suspend-mono")
    suspend fun suspendMono(): Mono<Person> = mono()

    @GetMapping("/handlers/entity")
    suspend fun entity(): ResponseEntity<Person> =
        ResponseEntity.status(HttpStatus.ACCEPTED).header("X-Own", "yes").body(Person("a", 1))

    @GetMapping("/handlers/entity/empty")
    suspend fun emptyEntity(): ResponseEntity<Unit> = ResponseEntity.noContent().build()

    @GetMapping("/handlers/entity/null")
    suspend fun noEntity(): ResponseEntity<Person>? = null

    @GetMapping("/handlers/entity/flow")
    suspend fun entityOfFlow(): ResponseEntity<Flow<Person>> = ResponseEntity.ok(flowOfObjects())

    @GetMapping("/handlers/entity/mono")
    fun entityOfMono(): ResponseEntity<Mono<Person>> = ResponseEntity.ok(mono())

    @GetMapping("/handlers/entity/generic")
    suspend fun entityOfList(): ResponseEntity<List<Person>> = ResponseEntity.ok(list())

    @GetMapping("/handlers/any")
    suspend fun any(): Any = Person("a", 1)

    @GetMapping("/handlers/any/unit")
    suspend fun anyUnit(): Any = Unit

    @GetMapping("/handlers/any/null")
    suspend fun anyNull(): Any? = null

    @GetMapping("/handlers/created")
    @ResponseStatus(HttpStatus.CREATED)
    suspend fun created(): String = "created"

    @GetMapping("/handlers/created/unit")
    @ResponseStatus(HttpStatus.CREATED)
    suspend fun createdUnit() {
        delay(1)
    }

    @GetMapping("/handlers/teapot")
    @ResponseStatus(HttpStatus.GONE, reason = "a reason")
    suspend fun teapot(): String = "a teapot"

    @GetMapping("/handlers/thrown")
    suspend fun thrown(): String = throw ResponseStatusException(HttpStatus.GONE, "thrown")

    @GetMapping("/handlers/thrown/later")
    suspend fun thrownLater(): String {
        delay(1)
        throw ResponseStatusException(HttpStatus.GONE, "thrown later")
    }

    @GetMapping("/handlers/thrown/plain")
    fun thrownPlainly(): String = throw ResponseStatusException(HttpStatus.GONE, "thrown")

    @GetMapping("/handlers/thrown/unexpected")
    suspend fun thrownUnexpectedly(): String = error("unexpected")

    @GetMapping("/handlers/own-exception")
    suspend fun ownException(): String {
        delay(1)
        throw OwnException("own")
    }

    @GetMapping("/handlers/advised-exception")
    suspend fun advisedException(): String = throw AdvisedException("advised")

    @GetMapping("/handlers/handler-of-exception")
    suspend fun handlerOfException(): String = throw IllegalArgumentException("of a handler")

    @ExceptionHandler
    suspend fun handle(exception: OwnException): String {
        delay(1)
        return "handled: ${exception.message}"
    }

    @GetMapping("/handlers/filtered")
    suspend fun filtered(): String = currentCoroutineContext()[FromFilter]?.text ?: "no filter"

    @GetMapping("/handlers/context")
    suspend fun context(): String {
        val before = currentCoroutineContext()[ReactorContext]?.context?.getOrDefault("key", "none")
        val inside = withContext(FromFilter("inside")) { currentCoroutineContext()[FromFilter]?.text }
        return "$before, $inside"
    }

    @GetMapping("/handlers/parameters/{id}")
    suspend fun parameters(
        @PathVariable id: Int,
        @RequestParam text: String,
        @RequestParam(required = false) flag: Boolean?,
        @RequestParam(required = false) numbers: List<Int>?,
    ): String = "$id $text $flag $numbers"

    @GetMapping("/handlers/nullable")
    suspend fun nullable(
        @RequestParam number: Int?,
    ): String = "$number"

    @GetMapping("/handlers/default")
    suspend fun default(
        @RequestParam number: Int = 7,
        @RequestParam other: Int = 8,
    ): String = "$number and $other"

    @GetMapping("/handlers/default/nullable")
    suspend fun nullableDefault(
        @RequestParam text: String? = "as declared",
    ): String = "$text"

    @GetMapping("/handlers/value-class/{id}")
    suspend fun valueClass(
        @PathVariable id: Id,
    ): String = "$id"

    @GetMapping("/handlers/value-class/result")
    suspend fun valueClassResult(): Id = Id(3)

    @GetMapping("/handlers/form")
    suspend fun form(
        @ModelAttribute form: Form,
    ): String = "$form"

    @GetMapping("/handlers/header")
    suspend fun header(
        @RequestHeader("Accept", required = false) accept: String?,
        @RequestHeader host: String,
    ): String = "$accept ${host.substringBefore(':')}"

    @GetMapping("/handlers/exchange")
    suspend fun exchange(exchange: ServerWebExchange): String = exchange.request.path.value()

    @GetMapping("/handlers/model")
    suspend fun model(model: Model): String = "${model.asMap().keys}"

    @GetMapping("/handlers/error-status")
    suspend fun errorStatus(): String = throw StatusException()

    override suspend fun generic(): Person = Person("g", 1)

    override suspend fun ofInterface(): String = "of the interface"

    @GetMapping("/handlers/private")
    @Suppress("UnusedPrivateMember")
    private suspend fun hidden(): String = "hidden"

    @PostMapping("/handlers/body")
    suspend fun body(
        @RequestBody(required = false) text: String?,
    ): String = "$text"

    @PostMapping("/handlers/body/json")
    suspend fun json(
        @RequestBody person: Person,
    ): String = "$person"

    @PostMapping("/handlers/body/mono")
    suspend fun bodyAsMono(
        @RequestBody text: Mono<String>,
    ): Mono<String> = text.map { "mono of $it" }

    @PostMapping("/handlers/body/flow")
    suspend fun bodyAsFlow(
        @RequestBody text: Flow<String>,
    ): String = "${text.map { "part of $it" }.toList()}"

    @PostMapping("/handlers/valid")
    fun valid(
        @Valid @RequestBody named: Named,
    ): String = "$named"

    @PostMapping("/handlers/valid/suspend")
    suspend fun validSuspended(
        @Valid @RequestBody named: Named,
    ): String = "$named"

    @GetMapping("/handlers/caller")
    suspend fun caller(): String = whoCalls()

    @GetMapping("/handlers/caller/default")
    suspend fun callerWithDefault(
        @RequestParam unused: Int = 1,
    ): String = whoCalls()

    private fun whoCalls(): String =
        if (Throwable().stackTrace.any { it.className.startsWith("kotlin.reflect.") }) "by reflection" else "direct"

    @GetMapping("/handlers/waits")
    suspend fun waits(): String {
        waiting.incrementAndGet()
        try {
            awaitCancellation()
        } finally {
            cancelled.incrementAndGet()
        }
    }

    @GetMapping("/handlers/waits/flow")
    suspend fun waitsInFlow(): Flow<String> = flow {
        emit("first")
        waits()
    }
}

/** A handler that is called through a proxy's target. */
@RestController
@RequestMapping("/handlers/open")
internal open class OpenHandlers {
    private val text = "open"

    @GetMapping("/value")
    open fun value(): String = text

    @GetMapping("/suspend")
    open suspend fun suspended(): String = text
}

internal class FromFilter(val text: String) : AbstractCoroutineContextElement(FromFilter) {
    companion object Key : CoroutineContext.Key<FromFilter>
}

/** Filters and advice. */
@RestControllerAdvice
internal class HandlersForAll : CoWebFilter() {
    @ExceptionHandler
    fun handle(exception: AdvisedException): Mono<String> = Mono.just("advised: ${exception.message}")

    @ExceptionHandler
    suspend fun handle(exception: IllegalArgumentException, handler: HandlerMethod): String =
        "${handler.method.name} ${handler.beanType.simpleName}: ${exception.message}"

    public override suspend fun filter(exchange: ServerWebExchange, chain: CoWebFilterChain) {
        if (exchange.request.path
                .value()
                .endsWith("/filtered")
        ) {
            withContext(FromFilter("from the filter")) { chain.filter(exchange) }
        } else {
            chain.filter(exchange)
        }
    }
}
