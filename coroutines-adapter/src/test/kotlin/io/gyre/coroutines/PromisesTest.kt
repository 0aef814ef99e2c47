package io.gyre.coroutines

import io.gyre.loop.EventLoop
import io.gyre.promise.Promise
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.types.shouldBeSameInstanceAs
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/** Promises in coroutines and coroutines as promises. */
internal class PromisesTest : FunSpec({
    test("await goes on one microtask later, also where the promise has settled") {
        steps(5) {
            runLoop {
                loop.queueMicrotask {
                    expect(2)
                    loop.queueMicrotask { expect(5) }
                }
                launch(start = CoroutineStart.UNDISPATCHED) {
                    expect(1)
                    Promise.resolve(loop, 7).await() shouldBe 7
                    expect(3)
                }
                loop.queueMicrotask { expect(4) }
            }
        }
    }

    test("await throws the reason, which counts as handled") {
        val failure = IllegalStateException("no")
        runLoop {
            shouldThrow<IllegalStateException> { Promise.reject<Int>(loop, failure).await() }.message shouldBe "no"
        }
    }

    test("a cancelled coroutine forgets the promise") {
        val log = mutableListOf<String>()
        runLoop {
            val resolvers = Promise.withResolvers<Int>(loop)
            val waiter = launch(start = CoroutineStart.UNDISPATCHED) {
                try {
                    resolvers.promise().await()
                    log += "never"
                } catch (e: CancellationException) {
                    log += "cancelled"
                    throw e
                }
            }
            waiter.cancel()
            waiter.join()
            resolvers.reject(IllegalStateException("nobody waits, and it counts as handled"))
            delay(1)
        }
        log shouldContainExactly listOf("cancelled")
    }

    test("a coroutine of another dispatcher may await, and goes on there") {
        runLoop {
            val promise = Promise
                .withResolvers<String>(loop)
                .also { r ->
                    loop.setTimeout({ r.resolve("v") }, 2)
                }.promise()
            val loopThread = Thread.currentThread()
            withContext(Dispatchers.Default) {
                promise.await() shouldBe "v"
                (Thread.currentThread() === loopThread) shouldBe false
                EventLoop.currentOrNull() shouldBe null
            }
        }
    }

    test("a coroutine is a promise, settled as it ends") {
        val log = mutableListOf<String>()
        runLoop {
            val bound = loop.coroutineScope()
            bound
                .promise {
                    delay(1)
                    "value"
                }.thenAccept { log += "then $it" }
            bound.promise<Unit> { error("reason") }.catchError { log += "catch ${it.message}" }
            bound.promise(Dispatchers.Default, CoroutineStart.DEFAULT) { "elsewhere" }.await() shouldBe "elsewhere"
            val deferred = CompletableDeferred<Int>()
            val promise = deferred.asPromise(loop)
            deferred.cancel()
            shouldThrow<CancellationException> { promise.await() }
        }
        log.toSet() shouldBe setOf("then value", "catch reason")
    }

    test("a rejected promise of a coroutine that nobody handles ends the loop") {
        val failure = IllegalStateException("nobody handles this")
        val loop = EventLoop.create()
        val seen = mutableListOf<Throwable>()
        loop.run {
            loop.onUncaughtException { error, _ -> seen += error }
            loop.coroutineScope().promise { throw failure }
        } shouldBe 0
        seen.single() shouldBeSameInstanceAs failure
    }

    test("promises as deferreds") {
        runLoop {
            listOf(Promise.resolve(loop, 1).asDeferred(), Promise.resolve(loop, 2).asDeferred()).awaitAll() shouldBe
                listOf(1, 2)
            shouldThrow<IllegalStateException> {
                Promise.reject<Int>(loop, IllegalStateException("no")).asDeferred().await()
            }
        }
    }
})
