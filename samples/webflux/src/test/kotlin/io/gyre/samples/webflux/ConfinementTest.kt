package io.gyre.samples.webflux

import io.gyre.loop.EventLoop
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.ThreadContextElement
import org.reactivestreams.Subscription
import org.springframework.context.annotation.Bean
import org.springframework.core.Ordered
import org.springframework.web.server.CoWebFilter
import org.springframework.web.server.ServerWebExchange
import org.springframework.web.server.WebFilter
import org.springframework.web.server.WebFilterChain
import reactor.core.CoreSubscriber
import reactor.core.publisher.Hooks
import reactor.core.publisher.Mono
import reactor.core.publisher.Operators
import reactor.util.context.Context
import java.util.concurrent.ConcurrentLinkedQueue
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration.Companion.minutes

/** Every signal of every operator, and every piece of every coroutine, is on the loop's thread. */
internal class ConfinementTest : FunSpec({
    val folder = tempdir().toPath()
    folder.resolve("file.bin").toFile().writeBytes(ByteArray(1_000_000))

    for (servers in listOf("embedded", "PostgreSQL and Redis")) {
        val properties = if (servers == "embedded") listOf() else Servers.properties
        test("nothing runs off the loop: $servers").config(enabled = properties != null) {
            Service(Loops.OURS, properties!!, folder, CoroutineCheck::class.java).use { service ->
                Strays.watch { use(service) }.filterNot(::asksForAConnection).shouldBeEmpty()
            }
        }
    }

    test("the watch sees what runs elsewhere") {
        Service(Loops.DEFAULTS, listOf(), folder, CoroutineCheck::class.java).use { service ->
            val strays = Strays.watch { use(service) }
            strays.filter { it.startsWith("coroutine") }.shouldNotBeEmpty()
            strays.filter { it.startsWith("on") }.shouldNotBeEmpty()
        }
    }

    test("one thread waits for I/O").config(enabled = Servers.properties != null) {
        Service(Loops.OURS, Servers.properties!!, folder).use { service ->
            use(service)
            eventually(1.minutes) { threadsThatWaitForIo() shouldContainExactly listOf("gyre-1") }
            service.get("/actuator/threaddump").statusCode() shouldBe 200
        }
    }
})

/** R2DBC's pool subscribes to the factory of a new connection on a thread of Reactor's; all that follows is on the loop. */
internal fun asksForAConnection(stray: String) = stray.startsWith("onSubscribe of ") && stray.endsWith(" on single-1")

internal fun use(service: Service) {
    val id = Regex("\"id\":(\\d+)").find(service.post("/notes", "text").body())!!.groupValues[1]
    for (path in listOf("/notes", "/notes/$id", "/notes/$id/mono", "/notes/0", "/hello/you")) {
        service.get(path)
    }
    for (style in listOf("flux", "flow")) {
        service.bytes("/files/file.bin/$style").size shouldBe 1_000_000
        service
            .get("/numbers/1000/$style")
            .body()
            .lines()
            .size shouldBe 1_001
    }
    service.firstLines("/ticks", 2)
    service.converse("/echo", "hello") shouldBe listOf("echo hello")
    service.converse("/echo/later", "a", "b") shouldBe listOf("later a", "later b")
}

/** Threads of the service that are in a system call which waits for sockets. The test's own client has one as well. */
internal fun threadsThatWaitForIo(): List<String> =
    Thread
        .getAllStackTraces()
        .filter { (_, stack) -> stack.firstOrNull()?.let { it.isNativeMethod && isTransport(it.className) } == true }
        .map { (thread, _) -> thread.name }
        .filterNot { it.startsWith("HttpClient") }
        .sorted()

private fun isTransport(type: String) = type.startsWith("io.netty.channel.") || type.startsWith("sun.nio.ch.")

/** What was seen on threads that run no loop. */
internal object Strays {
    private val seen = ConcurrentLinkedQueue<String>()

    @Volatile
    private var watching = false

    fun watch(block: () -> Unit): Set<String> {
        Hooks.onEachOperator("strays", Operators.lift { source, target -> Watched(source.name(), target) })
        seen.clear()
        watching = true
        try {
            block()
        } finally {
            watching = false
            Hooks.resetOnEachOperator("strays")
        }
        return seen.toSortedSet()
    }

    fun note(what: String) {
        if (watching && EventLoop.currentOrNull() == null) {
            seen.add("$what on ${Thread.currentThread().name}")
        }
    }
}

private class Watched(private val name: String, private val target: CoreSubscriber<in Any>) : CoreSubscriber<Any> {
    override fun currentContext(): Context = target.currentContext()

    override fun onSubscribe(subscription: Subscription) {
        Strays.note("onSubscribe of $name")
        target.onSubscribe(subscription)
    }

    override fun onNext(value: Any) {
        Strays.note("onNext of $name")
        target.onNext(value)
    }

    override fun onError(error: Throwable) {
        Strays.note("onError of $name")
        target.onError(error)
    }

    override fun onComplete() {
        Strays.note("onComplete of $name")
        target.onComplete()
    }
}

/** Puts a check into the context that the handlers' coroutines are given. */
internal open class CoroutineCheck {
    @Bean
    open fun checkFilter(): WebFilter = CheckFilter()

    private class CheckFilter :
        WebFilter,
        Ordered {
        override fun getOrder(): Int = Ordered.HIGHEST_PRECEDENCE + 10

        override fun filter(exchange: ServerWebExchange, chain: WebFilterChain): Mono<Void> {
            val context: CoroutineContext? = exchange.getAttribute(CoWebFilter.COROUTINE_CONTEXT_ATTRIBUTE)
            exchange.attributes[CoWebFilter.COROUTINE_CONTEXT_ATTRIBUTE] =
                (context ?: kotlinx.coroutines.Dispatchers.Unconfined) + Check
            return chain.filter(exchange)
        }
    }

    private object Check : ThreadContextElement<Unit>, CoroutineContext.Key<Check> {
        override val key: CoroutineContext.Key<*> get() = this

        override fun updateThreadContext(context: CoroutineContext) = Strays.note("coroutine")

        override fun restoreThreadContext(context: CoroutineContext, oldState: Unit) = Unit
    }
}
