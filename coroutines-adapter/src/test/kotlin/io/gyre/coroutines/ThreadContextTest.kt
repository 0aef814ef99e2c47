package io.gyre.coroutines

import io.gyre.coroutines.testing.request
import io.gyre.coroutines.testing.runLoopTest
import io.gyre.loop.ContextCarrier
import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import io.opentelemetry.context.Context
import io.opentelemetry.context.ContextKey
import io.opentelemetry.extension.kotlin.asContextElement
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CopyableThreadContextElement
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.DelicateCoroutinesApi
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.ThreadContextElement
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.slf4j.MDCContext
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import kotlinx.coroutines.withTimeout
import kotlinx.coroutines.yield
import org.slf4j.MDC
import java.nio.file.Files
import kotlin.concurrent.thread
import kotlin.coroutines.CoroutineContext
import kotlin.coroutines.resume

/** Carries OpenTelemetry's context: all that a program writes for it. The scopes of makeCurrent only put back. */
private object OpenTelemetryCarrier : ContextCarrier<Context> {
    override fun get(): Context? = Context.current().takeUnless { it === Context.root() }

    override fun set(value: Context?) {
        (value ?: Context.root()).makeCurrent()
    }
}

private val TRACE = ContextKey.named<String>("trace")

private fun trace(): String? = Context.current()[TRACE]

/** Thread elements on a loop: those of kotlinx.coroutines, SLF4J's, OpenTelemetry's, and what a loop carries itself. */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
internal class ThreadContextTest : FunSpec({
    afterTest {
        MDC.clear()
        Context.root().makeCurrent()
    }

    /** Every way to be suspended that there is: after each, [check] must hold. */
    suspend fun LoopScope.suspendEveryWay(check: (String) -> Unit) {
        check("nothing")
        yield()
        check("yield")
        delay(1)
        check("delay")
        withTimeout(60_000) { yield() }
        check("withTimeout")
        coroutineScope { launch { delay(1) } }
        check("coroutineScope")
        withContext(CoroutineName("inner")) { delay(1) }
        check("withContext, same dispatcher")
        withContext(WrappedDispatcher(coroutineContext)) { yield() }
        check("withContext, other dispatcher")
        withContext(Dispatchers.Default) { }
        check("withContext, other thread")
        withContext(Dispatchers.Unconfined) { delay(1) }
        check("withContext, unconfined")
        Promise.resolve(loop, 1).await()
        check("promise")
        CompletableDeferred<Unit>().also { gate -> loop.setImmediate { gate.complete(Unit) } }.await()
        check("immediate")
        loop.blocking { }
        check("blocking")
        val file = Files.createTempFile("gyre", "context")
        loop.readFile(file)
        check("file")
        Files.delete(file)
        suspendCancellableCoroutine { continuation -> thread { continuation.resume(Unit) } }
        check("foreign thread")
    }

    test("a thread-local as context element survives every suspension, and is put back after each") {
        val local = ThreadLocal<String?>()
        runLoop {
            withContext(local.asContextElement("mine")) {
                suspendEveryWay { local.get() shouldBe "mine" }
                val other = launch(local.asContextElement("other"), CoroutineStart.UNDISPATCHED) {
                    suspendEveryWay { local.get() shouldBe "other" }
                }
                suspendEveryWay { local.get() shouldBe "mine" }
                other.join()
                loop.setImmediate { local.get() shouldBe null }
                yield()
            }
            local.get() shouldBe null
        }
    }

    test("the value is restored after withContext, from every context around it") {
        val local = ThreadLocal<String?>()

        suspend fun check() {
            withContext(local.asContextElement("inner")) {
                delay(1)
                local.get() shouldBe "inner"
                yield()
                local.get() shouldBe "inner"
            }
        }
        runLoop {
            check()
            local.get() shouldBe null
            coroutineScope { check() }
            local.get() shouldBe null
            withContext(CoroutineName("same dispatcher")) {
                check()
                local.get() shouldBe null
            }
            withContext(WrappedDispatcher(coroutineContext)) {
                check()
                local.get() shouldBe null
            }
            withContext(local.asContextElement("outer")) {
                check()
                local.get() shouldBe "outer"
                withTimeout(60_000) { check() }
                local.get() shouldBe "outer"
                withContext(Dispatchers.Default) { check() }
                local.get() shouldBe "outer"
            }
            local.get() shouldBe null
        }
    }

    test("elements are installed in their order, and removed in the opposite one") {
        val log = mutableListOf<String>()

        class Noted(val name: String) : ThreadContextElement<Unit> {
            override val key = object : CoroutineContext.Key<Noted> {}

            override fun updateThreadContext(context: CoroutineContext) {
                log += "+$name"
            }

            override fun restoreThreadContext(context: CoroutineContext, oldState: Unit) {
                log += "-$name"
            }
        }
        runLoop {
            launch(Noted("a") + Noted("b")) { log += "run" }
        }
        log shouldContainExactly listOf("+a", "+b", "run", "-b", "-a")
    }

    test("a copyable element is copied for each child, merged where one is given, and shared by withContext") {
        runLoop {
            withContext(Copied("root")) {
                val mine = coroutineContext[Copied]!!
                launch { coroutineContext[Copied]!!.name shouldBe "${mine.name}, copied" }
                launch(Copied("new")) { coroutineContext[Copied]!!.name shouldBe "${mine.name} with new" }
                withContext(CoroutineName("x")) { (coroutineContext[Copied] === mine) shouldBe true }
            }
        }
    }

    test("each request has a copy of its server's copyable elements") {
        val names = mutableListOf<String?>()
        runLoop {
            val scope = loop.coroutineScope(Copied("server"))
            val server = scope.createServer { _, response ->
                names += coroutineContext[Copied]?.name
                names += Copied.current.get()
                delay(1)
                names += Copied.current.get()
                response.end()
            }
            server.listenLocally()
            server.fetch("/")
            server.close()
        }
        names shouldContainExactly List(3) { "server, copied" }
    }

    test("in debug mode the thread is named after the coroutine that it runs, also while it answers a request") {
        // kotlinx.coroutines is in debug mode where assertions are on, as here.
        val seen = mutableListOf<String>()

        fun name() = Thread.currentThread().name

        val unnamed = name()
        runLoop(EventLoop.builder().name("loop")) {
            val own = name()
            own shouldContain " @main#"
            launch(CoroutineName("child")) {
                name() shouldContain " @child#"
                delay(1)
                name() shouldContain " @child#"
            }.join()
            name() shouldBe own
            loop.setImmediate { name() shouldBe unnamed }
            yield()
            val server = createServer { _, response ->
                seen += name()
                delay(1)
                seen += name()
                response.end()
            }
            server.listenLocally()
            server.fetch("/")
            server.fetch("/")
            server.close()
        }
        seen[0] shouldBe seen[1]
        seen[2] shouldBe seen[3]
        (seen[0] == seen[2]) shouldBe false
    }

    test("in debug mode requests have a number, also in a scope that is no coroutine's") {
        runLoopTest {
            val seen = mutableSetOf<String>()
            backgroundScope
                .createServer { _, response ->
                    seen += Thread.currentThread().name
                    response.end()
                }.listen(80)
            repeat(2) { network.request(80, "/") }
            seen.forEach { it shouldContain " @test#" }
            seen.size shouldBe 2
        }
    }

    test("MDCContext carries the diagnostic context through every suspension") {
        runLoop {
            MDC.put("request", "1")
            withContext(MDCContext()) {
                suspendEveryWay { MDC.get("request") shouldBe "1" }
                MDC.put("request", "changed")
                yield()
                // As documented there: what is put into the MDC itself is undone.
                MDC.get("request") shouldBe "1"
                launch(Dispatchers.Default) { MDC.get("request") shouldBe "1" }.join()
            }
            MDC.get("request") shouldBe "1"
            MDC.clear()
        }
    }

    test("OpenTelemetry's context element survives every suspension") {
        runLoop {
            val span = Context.root().with(TRACE, "t1")
            withContext(span.asContextElement()) {
                suspendEveryWay { trace() shouldBe "t1" }
            }
            trace() shouldBe null
        }
    }

    test("a loop that carries: MDC and OpenTelemetry follow coroutines and callbacks without any element") {
        val carrying = EventLoop.builder().carry(ContextCarrier.mdc(), OpenTelemetryCarrier)
        runLoop(carrying) {
            fun context() = "${MDC.get("request")} ${trace()}"
            val seen = mutableListOf<String>()
            val children = List(2) { i ->
                launch {
                    MDC.put("request", "r$i")
                    Context.current().with(TRACE, "t$i").makeCurrent().use {
                        suspendEveryWay { way -> "$way: ${context()}" shouldBe "$way: r$i t$i" }
                        launch { suspendEveryWay { context() shouldBe "r$i t$i" } }.join()
                        loop.blocking { context() } shouldBe "r$i t$i"
                        withContext(Dispatchers.Unconfined) { context() shouldBe "r$i t$i" }
                        loop.setTimeout({ seen += "timer ${context()}" }, 1)
                        Promise.resolve(loop, 1).thenAccept { seen += "reaction ${context()}" }
                        loop.execute { seen += "post ${context()}" }
                        while (seen.size < 2 * 3) delay(1)
                    }
                    context() shouldBe "r$i null"
                }
            }
            children.forEach { it.join() }
            context() shouldBe "null null"
            seen.sorted() shouldContainExactly
                listOf("post", "reaction", "timer").flatMap { listOf("$it r0 t0", "$it r1 t1") }
        }
    }

    test("loops that carry the same pass it on to each other, though each was built by itself") {
        val local = ThreadLocal<String>()

        fun carrying() = EventLoop.builder().carry(ContextCarrier.mdc(), ContextCarrier.of(local))
        val other = carrying().build()
        val ready = CompletableDeferred<Unit>()
        val driver = thread { other.run { other.setInterval({ ready.complete(Unit) }, 1) } }
        runLoop(carrying()) {
            ready.await()
            MDC.put("request", "r1")
            local.set("l1")
            withLoop(other) {
                "${MDC.get("request")} ${local.get()}" shouldBe "r1 l1"
                MDC.put("request", "r2")
                delay(1)
                "${MDC.get("request")} ${local.get()}" shouldBe "r2 l1"
            }
            "${MDC.get("request")} ${local.get()}" shouldBe "r1 l1"
        }
        other.stop()
        driver.join()
    }

    test("a loop that carries: each request has its own, also in debug mode's slow start") {
        val seen = mutableListOf<String>()
        runLoop(EventLoop.builder().carry(ContextCarrier.mdc())) {
            val server = createServer { request, response ->
                seen += "${request.path()} begins with ${MDC.get("request")}"
                MDC.put("request", request.path())
                if (request.path() == "/later") delay(1)
                launch {
                    delay(1)
                    seen += "child of ${MDC.get("request")}"
                }.join()
                seen += "${request.path()} ends with ${MDC.get("request")}"
                response.end()
            }
            server.listenLocally()
            server.fetch("/now")
            server.fetch("/later")
            server.close()
        }
        seen shouldContainExactly
            listOf("/now", "/later").flatMap {
                listOf("$it begins with null", "child of $it", "$it ends with $it")
            }
    }

    test("MDCContext goes before what the loop carries, inside of it") {
        runLoop(EventLoop.builder().carry(ContextCarrier.mdc())) {
            MDC.put("request", "carried")
            withContext(MDCContext(mapOf("request" to "element"))) {
                delay(1)
                MDC.get("request") shouldBe "element"
                launch { MDC.get("request") shouldBe "element" }
            }
            MDC.get("request") shouldBe "carried"
            delay(1)
            MDC.get("request") shouldBe "carried"
            launch(MDCContext(mapOf("request" to "child"))) {
                delay(1)
                MDC.get("request") shouldBe "child"
            }.join()
            MDC.get("request") shouldBe "carried"
        }
    }
})

/** An element that notes how it was made. */
@OptIn(DelicateCoroutinesApi::class, ExperimentalCoroutinesApi::class)
private class Copied(val name: String) : CopyableThreadContextElement<String?> {
    override val key: CoroutineContext.Key<*> get() = Key

    override fun updateThreadContext(context: CoroutineContext): String? =
        current.get().also { current.set(name) }

    override fun restoreThreadContext(context: CoroutineContext, oldState: String?) {
        current.set(oldState)
    }

    override fun copyForChild(): Copied = Copied("$name, copied")

    override fun mergeForChild(overwritingElement: CoroutineContext.Element): CoroutineContext =
        Copied("$name with ${(overwritingElement as Copied).name}")

    companion object Key : CoroutineContext.Key<Copied> {
        val current = ThreadLocal<String?>()
    }
}
