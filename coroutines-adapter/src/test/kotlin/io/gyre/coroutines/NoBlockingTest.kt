package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.loop.LoopDriver
import io.gyre.promise.Promise
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldContain
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/** What would block a loop's thread fails at once, and says what to call instead. */
internal class NoBlockingTest : FunSpec({
    fun onThreadOfItsOwn(block: () -> Unit) {
        CompletableFuture.runAsync(block) { Thread(it).start() }.join()
    }

    fun refused(block: () -> Any?) =
        shouldThrow<IllegalStateException> { block() }.message.orEmpty()

    test("runBlocking in a coroutine, in a callback and in a coroutine on an immediate dispatcher") {
        runLoop(EventLoop.builder().name("busy")) {
            refused { runBlocking { error("must not run") } } shouldContain
                "runBlocking would block the thread of event loop 'busy'"
            loop.setImmediate { refused { runBlocking { delay(1) } } shouldContain "loop.blocking { }" }
            yield()
            launch(loop.asCoroutineDispatcher().immediate) { refused { runBlocking { } } }.join()
            withContext(Dispatchers.Unconfined) { refused { runBlocking { } } }
            loop.blocking { runBlocking { "a worker may" } } shouldBe "a worker may"
        }
    }

    test("runBlocking with a dispatcher, the loop's own or another") {
        runLoop {
            refused { runBlocking(loop.asCoroutineDispatcher()) { } } shouldContain "runBlocking would block"
            refused { runBlocking(Dispatchers.Default) { } } shouldContain "runBlocking would block"
        }
    }

    test("runBlocking on a loop with a thread of its own, once coroutines have run there") {
        val loop = EventLoop.create().start()
        val message = CompletableDeferred<String>()
        loop.launch { message.complete(refused { runBlocking { } }) }
        message.await() shouldContain loop.name()
        loop.shutdown(Duration.ofSeconds(30)).join() shouldBe 0
    }

    test("before and after the loop, and on other threads, runBlocking is as it was") {
        onThreadOfItsOwn {
            fun blocks() = runBlocking {
                delay(1)
                withContext(Dispatchers.Default) { }
                launch { yield() }.join()
                "value"
            }
            blocks() shouldBe "value"
            runLoop { withContext(Dispatchers.Default) { blocks() } } shouldBe "value"
            blocks() shouldBe "value"
            runBlocking {
                // Nested, with the outer one's tasks in need of this thread.
                val outer = launch { yield() }
                runLoop { delay(1) }
                runBlocking { outer.join() }
            }
        }
    }

    test("between the turns of a loop that is driven by hand, runBlocking is as it was") {
        val driver: LoopDriver = EventLoop.create().drive()
        val scope = driver.loop().coroutineScope()
        driver.run { scope.launch { shouldThrow<IllegalStateException> { runBlocking { } } } }
        runBlocking {
            delay(1)
            withContext(Dispatchers.Default) { delay(1) }
            launch { yield() }.join()
            "value"
        } shouldBe "value"
        driver.run { shouldThrow<IllegalStateException> { runBlocking { } } }
        driver.end() shouldBe 0
        runBlocking {
            delay(1)
            "value"
        } shouldBe "value"
    }

    test("a loop within a coroutine that is not confined runs its own") {
        // The outer event loop of unconfined coroutines is busy with us: what is queued there would never run.
        val job = CoroutineScope(Job() + Dispatchers.Unconfined).launch {
            runLoop {
                val immediate = loop.asCoroutineDispatcher().immediate
                val log = mutableListOf<Int>()
                launch(immediate) {
                    launch(immediate) { log += 2 }
                    log += 1
                }
                delay(1)
                log shouldBe listOf(1, 2)
            }
        }
        job.join()
        job.isCancelled shouldBe false
    }

    test("futures of promises and of loops") {
        runLoop {
            val pending = Promise.withResolvers<Int>(loop)
            val future = pending.promise().toCompletableFuture()
            refused { future.join() } shouldContain "use Promise.then"
            refused { future.get() } shouldContain "use Promise.then"
            refused { future.get(1, TimeUnit.DAYS) } shouldContain "use Promise.then"
            refused { loop.termination().join() } shouldContain "use whenComplete"
            pending.resolve(1)
            yield()
            future.join() shouldBe 1
            CompletableFuture.completedFuture(2).join() shouldBe 2
        }
    }

    test("a loop within a loop") {
        runLoop {
            refused { runLoop { } } shouldContain "a loop cannot be run from within another: start() gives it"
        }
    }
})
