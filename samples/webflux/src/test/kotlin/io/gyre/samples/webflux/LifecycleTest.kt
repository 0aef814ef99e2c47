package io.gyre.samples.webflux

import io.gyre.loop.EventLoop
import io.gyre.reactor.netty.GyreLoopResources
import io.gyre.samples.handlers.Waiting
import io.kotest.assertions.nondeterministic.eventually
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.engine.spec.tempdir
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import io.kotest.matchers.string.shouldContain
import org.springframework.beans.factory.InitializingBean
import org.springframework.context.annotation.Bean
import org.springframework.http.client.ReactorResourceFactory
import java.lang.ref.WeakReference
import java.net.URL
import java.net.URLClassLoader
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit
import kotlin.time.Duration.Companion.minutes

/** Applications that start, restart, fail and end, several in one JVM. */
internal class LifecycleTest : FunSpec({
    val folder = tempdir().toPath()

    for (loops in Loops.entries) {
        test("a request that is under way is answered before the context ends: $loops") {
            val service = Service(loops, listOf("server.shutdown=graceful"), folder, Waiting::class.java)
            val waiting = service.bean<Waiting>()
            val answers = listOf("waits", "waits/suspend").map { service.getLater("/$it") }
            eventually(1.minutes) { waiting.count.get() shouldBe 2 }
            val closing = CompletableFuture.runAsync { service.close() }
            // New connections are refused from now on, so the end has begun.
            eventually(1.minutes) { shouldThrow<java.io.IOException> { service.slowGet("/notes").close() } }
            waiting.go.complete(Unit)
            answers.forEach { it.get(1, TimeUnit.MINUTES).body() shouldBe "done" }
            closing.get(1, TimeUnit.MINUTES)
        }
    }

    test("several applications at a time, and one after the other") {
        val before = ourThreads()
        Service(Loops.OURS, listOf(), folder).use { first ->
            repeat(2) {
                Service(Loops.OURS, listOf(), folder).use { second ->
                    second.get("/threads").body() shouldBe "loop gyre-1, elsewhere, loop gyre-1, loop gyre-1"
                    second.loop shouldNotBe first.loop
                }
                first.get("/threads").body() shouldBe "loop gyre-1, elsewhere, loop gyre-1, loop gyre-1"
                first.get("/notes").statusCode() shouldBe 200
            }
        }
        eventually(1.minutes) { (ourThreads() - before).shouldBeEmpty() }
    }

    test("an application that cannot start leaves no thread behind") {
        val before = ourThreads()
        shouldThrow<Exception> {
            Service(Loops.OURS, listOf(), folder, CannotStart::class.java)
        }.stackTraceToString() shouldContain "cannot start"
        eventually(1.minutes) { (ourThreads() - before).shouldBeEmpty() }
    }

    test("an application that has ended is not held") {
        val held =
            Service(Loops.OURS, listOf(), folder).use { service ->
                service.get("/notes/1")
                WeakReference(service.context)
            }
        eventually(1.minutes) {
            System.gc()
            held.get() shouldBe null
        }
    }

    test("restarts with a class loader of its own, as developers' tools do") {
        repeat(3) { n ->
            val application = RestartLoader().loadClass(WebFluxService::class.java.name)
            application shouldNotBe WebFluxService::class.java
            Service(Loops.OURS, listOf(), folder, application = application).use { service ->
                service.get("/threads").body() shouldBe "loop gyre-1, elsewhere, loop gyre-1, loop gyre-1"
                service.post("/notes", "text $n").statusCode() shouldBe 200
                service.get("/notes").body() shouldContain "text $n"
            }
        }
    }

    test("the actuator on a port of its own is on the loop too") {
        // Those of an earlier application have the same names.
        eventually(1.minutes) { ourThreads().shouldBeEmpty() }
        val before = threadsThatWaitForIo()
        Service(Loops.OURS, listOf("management.server.port=0"), folder).use { service ->
            val port = service.port("local.management.port")
            service.get("/actuator/health", port).body() shouldContain "eventloop"
            service.get("/actuator/eventloop", port).body() shouldContain "\"name\":\"gyre-1\""
            service.get("/notes").statusCode() shouldBe 200
            eventually(1.minutes) { threadsThatWaitForIo() - before shouldBe listOf("gyre-1") }
        }
    }

    test("a single loop of the user's serves, and goes on") {
        Service(Loops.OURS, listOf(), folder, OwnLoop::class.java).use { service ->
            service.get("/threads").body() shouldBe "loop mine, elsewhere, loop mine, loop mine"
            service.get("/actuator/eventloop").body() shouldContain "\"name\":\"mine\""
            service.bean<ReactorResourceFactory>().loopResources shouldBe
                GyreLoopResources.from(service.bean<EventLoop>())
        }
    }
})

private fun ourThreads(): Set<Thread> =
    Thread.getAllStackTraces().keys.filterTo(HashSet()) { it.name.startsWith("gyre-") && "worker" !in it.name }

/** Loads the application's classes itself, and leaves all others to the parent. */
private class RestartLoader : URLClassLoader(ownClasses(), WebFluxService::class.java.classLoader) {
    override fun loadClass(name: String, resolve: Boolean): Class<*> =
        synchronized(getClassLoadingLock(name)) {
            if (name.startsWith(
                    "io.gyre.samples.",
                )
            ) {
                findLoadedClass(name) ?: findClass(name)
            } else {
                super.loadClass(name, resolve)
            }
        }

    private companion object {
        fun ownClasses(): Array<URL> = arrayOf(WebFluxService::class.java.protectionDomain.codeSource.location)
    }
}

internal open class CannotStart {
    @Bean
    open fun broken(loops: io.gyre.loop.EventLoopGroup) =
        InitializingBean { throw IllegalStateException("cannot start on $loops") }
}

internal open class OwnLoop {
    @Bean(destroyMethod = "stop")
    open fun mine(): EventLoop =
        EventLoop
            .builder()
            .name("mine")
            .daemon(true)
            .build()
            .start()
}
