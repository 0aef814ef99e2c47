package io.gyre.coroutines

import io.gyre.loop.AsyncLocalStorage
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asContextElement
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

/** Values that follow a coroutine: the loop's own and those of kotlinx.coroutines. */
internal class FrameContextTest : FunSpec({
    test("a coroutine keeps the value of its launch, whoever resumes it") {
        val user = AsyncLocalStorage<String>("user")
        val log = mutableListOf<String?>()
        runLoop {
            val gate = CompletableDeferred<Unit>()
            user.run("ada") {
                launch {
                    log += user.store
                    gate.await()
                    log += user.store
                    yield()
                    log += user.store
                    delay(1)
                    log += user.store
                    withContext(Dispatchers.Default) { }
                    log += user.store
                    loop.queueMicrotask { log += "microtask of ${user.store}" }
                }
            }
            user.run("bob") {
                launch {
                    log += user.store
                    gate.complete(Unit)
                }
            }
            log += user.store
        }
        log shouldContainExactly listOf(null, "ada", "bob", "ada", "ada", "ada", "ada", "microtask of ada")
    }

    test("a value that a coroutine sets stays with it and its later children") {
        val user = AsyncLocalStorage<String>("user")
        runLoop {
            val other = launch {
                delay(2)
                user.store shouldBe null
            }
            launch {
                user.enterWith("eve")
                delay(1)
                user.store shouldBe "eve"
                launch { user.store shouldBe "eve" }
            }.join()
            other.join()
            user.store shouldBe null
        }
    }

    test("thread-locals as context elements follow the coroutine") {
        val tenant = ThreadLocal<String?>()
        runLoop {
            withContext(tenant.asContextElement("blue")) {
                delay(1)
                tenant.get() shouldBe "blue"
                withContext(Dispatchers.Default) { tenant.get() shouldBe "blue" }
            }
            tenant.get() shouldBe null
        }
    }
})
